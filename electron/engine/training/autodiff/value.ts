import type { ElementType, GraphBuilder } from '../../runtime/index.ts'

/** Lengths of the axes. −1 is a length known only at run time (rows); gradients need every length. */
export type Shape = readonly number[]
export type FloatType = Extract<ElementType, 'float32' | 'float64'>
/** Of ONNX, all integers here. */
export type Attributes = Readonly<Record<string, number | readonly number[]>>

/** A tensor of a graph that is still being described: what it is made of, not its numbers. Never changes. */
export interface Value {
  readonly type: ElementType
  readonly shape: Shape
  readonly source: ValueSource
}
export type ValueSource =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: Float64Array }
  | {
      readonly kind: 'operator'
      readonly operator: Operator
      readonly inputs: readonly Value[]
      readonly attributes: Attributes
    }

/** Random numbers of one input in the conformance test; `indices` are integers from 0 to `below` − 1. */
export type ExampleInput =
  | { shape: Shape; from?: number; to?: number }
  | { shape: Shape; below: number }
  | { shape: Shape; truth: true }
export interface Example {
  inputs: readonly ExampleInput[]
  attributes?: Attributes
}

/** One operator of ONNX: its shape rule, how it is written, its gradient. */
export interface Operator {
  /** As ONNX calls it. */
  readonly id: string
  /** Throws a RangeError naming the shapes that do not fit. */
  infer(inputs: readonly Value[], attributes: Attributes): { type: ElementType; shape: Shape }
  /** Left out where the node takes the inputs and attributes as they are. */
  emit?(graph: GraphBuilder, inputs: readonly string[], result: OperatorResult): string
  /** The same from other operators, for providers that lack this one. */
  decompose?(inputs: readonly Value[], attributes: Attributes): Value
  /** onnxruntime's CPU has no float64 kernel: there it is always written from others. */
  readonly float32Only?: boolean
  /** One a differentiable input, null where there is none (indices, conditions). Null for an operator without gradient. */
  readonly gradient: ((context: GradientContext) => (Value | null)[]) | null
  /** At least one; each differentiable input is held to finite differences. Broadcasting where there is any. */
  readonly examples: readonly Example[]
}

export interface OperatorResult {
  inputs: readonly Value[]
  attributes: Attributes
  type: ElementType
  shape: Shape
}

export interface GradientContext {
  inputs: readonly Value[]
  attributes: Attributes
  output: Value
  /** Of the output, in its shape. */
  gradient: Value
}

export const input = (name: string, type: ElementType, shape: Shape): Value => ({
  type,
  shape,
  source: { kind: 'input', name },
})

export const constant = (type: FloatType, values: ArrayLike<number>, shape: Shape): Value => ({
  type,
  shape,
  source: { kind: 'constant', data: Float64Array.from(values) },
})

/** A constant number in the type of `like`. */
export const scalar = (like: Value, value: number): Value => constant(like.type as FloatType, [value], [])

export function apply(operator: Operator, inputs: readonly Value[], attributes: Attributes = {}): Value {
  return { ...operator.infer(inputs, attributes), source: { kind: 'operator', operator, inputs, attributes } }
}

export const sizeOf = (shape: Shape): number => shape.reduce((product, length) => product * length, 1)
