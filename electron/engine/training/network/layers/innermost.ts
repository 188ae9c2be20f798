import { Transpose, transpose, type Value } from '../../autodiff/index.ts'
import type { LayerTraining } from './layer.ts'

/**
 * Images [N, C, H, W] with the batch innermost, [C, H, W, N]: then a convolution of a whole batch is one product of matrices, and
 * neighbours of a place are runs of N numbers. Layers of images turn them and turn them back; between two such layers nothing is turned.
 */
export const innermost = (images: Value): Value => transpose(images, [1, 2, 3, 0])
export const outermost = (images: Value): Value => transpose(images, [3, 0, 1, 2])

/** Whether `rows` are images that a layer of `training` takes with the batch innermost. */
export const takesInnermost = (rows: Value, training?: LayerTraining): boolean =>
  training?.isBatchInnermost === true && rows.shape.length === 4

/** What is done to each number by itself, on whichever order of axes the numbers lie in. */
export function onEach(rows: Value, change: (rows: Value) => Value): Value {
  const { source } = rows
  if (source.kind !== 'operator' || source.operator !== Transpose) return change(rows)
  return transpose(change(source.inputs[0]!), source.attributes.perm as readonly number[])
}
