import type { ElementType } from '../../../runtime/index.ts'
import { broadcastShapes, requireSameType } from '../shapes.ts'
import type { Example, Shape, Value } from '../value.ts'

/** Type and shape of an operator on two tensors that broadcast. */
export function inferBroadcast(operator: string, inputs: readonly Value[]): { type: ElementType; shape: Shape } {
  const [one, other] = inputs as [Value, Value]
  requireSameType(operator, inputs)
  return { type: one.type, shape: broadcastShapes(one.shape, other.shape) }
}

/** Equal shapes, a row, a column against a row, a scalar; the second tensor within `second`. */
export const broadcastExamples = (second: { from?: number; to?: number } = {}): Example[] =>
  [
    [
      [2, 3],
      [2, 3],
    ],
    [[4, 3], [3]],
    [[3], [4, 3]],
    [
      [2, 1, 3],
      [4, 1],
    ],
    [[2, 2], []],
  ].map(([one, other]) => ({ inputs: [{ shape: one! }, { shape: other!, ...second }] }))
