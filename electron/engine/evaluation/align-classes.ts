import { AppError } from '../../../shared/errors.ts'

/**
 * Probabilities of a model over its own classes, row-major, laid over other classes by label. A class that the model
 * does not know gets 0; one that only the model knows is left out. Values of a regression pass as they are.
 */
export function alignClasses(predictions: Float32Array, from: readonly string[], to: readonly string[]): Float32Array {
  if (!to.length) return predictions
  if (from.length === to.length && from.every((label, i) => label === to[i])) return predictions
  const places = to.map(label => from.indexOf(label))
  if (places.every(place => place < 0)) {
    throw new AppError('not-comparable', `The model knows none of the classes ${to.slice(0, 5).join(', ')}`, {
      mend: 'Train a new model on this dataset and register it under a name of its own.',
    })
  }
  const rows = predictions.length / from.length
  const aligned = new Float32Array(rows * to.length)
  for (let row = 0; row < rows; row += 1) {
    for (let i = 0; i < to.length; i += 1) {
      const place = places[i]!
      if (place >= 0) aligned[row * to.length + i] = predictions[row * from.length + place]!
    }
  }
  return aligned
}
