import type { ElementType } from '../../../runtime/index.ts'
import type { Example, Shape, Value } from '../value.ts'

/** Type and shape of an operator on each value of one tensor. */
export function inferUnary(inputs: readonly Value[]): { type: ElementType; shape: Shape } {
  const [value] = inputs as [Value]
  return { type: value.type, shape: value.shape }
}

/** A matrix and a scalar with numbers within `range`. */
export const unaryExamples = (range: { from?: number; to?: number } = {}): Example[] =>
  [[3, 4], []].map(shape => ({ inputs: [{ shape, ...range }] }))
