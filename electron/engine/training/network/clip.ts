import {
  add,
  divide,
  greater,
  mul,
  reduceSum,
  ScatterElements,
  scalar,
  sqrt,
  sumRows,
  type Value,
  where,
} from '../autodiff/index.ts'

/** Gradients that together are no longer than `most` (Pascanu, Mikolov and Bengio 2013, algorithm 1); 0 leaves them as they are. */
export function clipped(gradients: readonly Value[], most: number): Value[] {
  if (most === 0) return [...gradients]
  const squares = gradients.map(gradient => reduceSum(mul(gradient, gradient)))
  const length = sqrt(squares.reduce((sum, square) => add(sum, square)))
  const limit = scalar(length, most)
  const factor = where(greater(length, limit), divide(limit, length), scalar(length, 1))
  return gradients.map(gradient => scaled(gradient, factor))
}

/** A gradient that consists of rows stays one. */
export function scaled(gradient: Value, factor: Value): Value {
  const { source } = gradient
  if (source.kind !== 'operator' || source.operator !== ScatterElements) return mul(gradient, factor)
  const [rows, places] = source.inputs as [Value, Value]
  return sumRows(mul(rows, factor), places, gradient.shape[0]!)
}
