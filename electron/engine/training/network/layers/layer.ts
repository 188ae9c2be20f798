import type { Shape, Value } from '../../autodiff/index.ts'

/** Whole numbers and factors that a layer is made with: `units`, `gain`. */
export type LayerSettings = Readonly<Record<string, number>>

export interface ParameterShape {
  name: string
  shape: Shape
  /** Standard deviation of the normal numbers that it starts with; 0 for zeros. */
  deviation: number
  /** What all its numbers start with instead of zero, where `deviation` is 0. */
  start?: number
  /** Not learned: what the layer sets it to in training is its next value. */
  isStatistic?: boolean
  /** Whether weight decay applies. */
  decays: boolean
  /**
   * Rows that are looked up, at places [batch, columns] of which no two columns share a row: a step changes only the rows that its
   * batch looks up.
   */
  isTable?: boolean
}

/** What a layer has at hand while the network is trained. */
export interface LayerTraining {
  /** Whether layers compute with the batch as the last axis, see `innermost.ts`. */
  isBatchInnermost: boolean
  /** Numbers from 0 to 1, other ones at each step. */
  noise(shape: Shape): Value
  /** The next value of a statistic. */
  set(statistic: Value, next: Value): void
}

/** One kind of layer. Shapes leave out the axis of rows, which comes first. One file, one line in `index.ts`. */
export interface LayerKind {
  id: string
  /** Throws a RangeError where the layer cannot take such an input. */
  outputShape(input: Shape, settings: LayerSettings): Shape
  parameters(input: Shape, settings: LayerSettings): ParameterShape[]
  /** `training` is left out where the network is evaluated. */
  forward(rows: Value, parameters: readonly Value[], settings: LayerSettings, training?: LayerTraining): Value
}
