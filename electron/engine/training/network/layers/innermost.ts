import { Transpose, transpose, type Value } from '../../autodiff/index.ts'

/**
 * Rows with the batch as their last axis, images [N, C, H, W] as [C, H, W, N]: then a convolution of a whole batch is one product of
 * matrices, neighbours of a place are runs of N numbers, and what a dense layer multiplies lies as it is read. Layers turn rows and turn
 * them back; between two such layers nothing is turned.
 */
export const innermost = (rows: Value): Value => transpose(rows, [...axesAfterFirst(rows), 0])
export const outermost = (columns: Value): Value =>
  transpose(columns, [columns.shape.length - 1, ...axesBeforeLast(columns)])

const axesAfterFirst = ({ shape }: Value) => shape.slice(1).map((_, axis) => axis + 1)
const axesBeforeLast = ({ shape }: Value) => shape.slice(1).map((_, axis) => axis)

/** What is done to each number by itself, on whichever order of axes the numbers lie in. */
export function onEach(rows: Value, change: (rows: Value) => Value): Value {
  const { source } = rows
  if (source.kind !== 'operator' || source.operator !== Transpose) return change(rows)
  return transpose(change(source.inputs[0]!), source.attributes.perm as readonly number[])
}
