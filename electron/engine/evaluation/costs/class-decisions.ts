import { bestThreshold, resampleScores } from '../../../../shared/lib/error-cost.ts'
import { type ClassifiedRows, countScores } from '../diagnostics.ts'

/** One a row: the class of the least expected cost Σ_j p_j · matrix[j][k] (Elkan 2001); the earlier class wins a tie. */
export function cheapestClasses(predictions: Float32Array, matrix: readonly (readonly number[])[]): Int32Array {
  const classCount = matrix.length
  return Int32Array.from({ length: predictions.length / classCount }, (_, row) =>
    leastOf(classCount, k => {
      let expected = 0
      for (let j = 0; j < classCount; j += 1) expected += predictions[row * classCount + j]! * matrix[j]![k]!
      return expected
    }),
  )
}

/** One a row: the most probable class; the earlier wins a tie. */
export function probableClasses(predictions: Float32Array, classCount: number): Int32Array {
  return Int32Array.from({ length: predictions.length / classCount }, (_, row) =>
    leastOf(classCount, k => -predictions[row * classCount + k]!),
  )
}

/** The class that costs least when every one of these rows is answered by it. */
export function cheapestConstant(truth: ArrayLike<number>, matrix: readonly (readonly number[])[]): number {
  const counts = new Float64Array(matrix.length)
  for (let row = 0; row < truth.length; row += 1) counts[truth[row]!]! += 1
  return leastOf(matrix.length, k => matrix.reduce((sum, costs, j) => sum + counts[j]! * costs[k]!, 0))
}

function leastOf(count: number, costOf: (k: number) => number): number {
  let best = 0
  let least = costOf(0)
  for (let k = 1; k < count; k += 1) {
    const cost = costOf(k)
    if (cost < least) [best, least] = [k, cost]
  }
  return best
}

/** Of two classes: from which probability of the second on these rows cost least when they are answered by it, to 1/200. */
export function fitThreshold(rows: ClassifiedRows, matrix: readonly (readonly number[])[], random: () => number) {
  const scores = countScores(
    Float32Array.from({ length: rows.truth.length }, (_, row) => rows.predictions[2 * row + 1]!),
    Uint8Array.from(rows.truth, value => Number(value === 1)),
  )
  const bins = scores.ofClass.length
  // What a right answer costs is paid by either choice.
  const costs = { falsePositive: matrix[0]![1]! - matrix[0]![0]!, falseNegative: matrix[1]![0]! - matrix[1]![1]! }
  const { bin, binInterval } = bestThreshold(scores, resampleScores(scores, random), costs)
  return {
    threshold: bin / bins,
    interval: [binInterval[0] / bins, binInterval[1] / bins] as [number, number],
    answer: (predictions: Float32Array) =>
      Int32Array.from({ length: predictions.length / 2 }, (_, row) =>
        Number(Math.min(bins - 1, Math.floor(predictions[2 * row + 1]! * bins)) >= bin),
      ),
  }
}
