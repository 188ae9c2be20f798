import type { Curve, Recalibrator } from './calibrator.ts'
import { oneAgainstRest } from './one-against-rest.ts'

const mostSteps = 100

export const sigmoid: Recalibrator = {
  id: 'sigmoid',
  fit: rows => oneAgainstRest(rows, (scores, isOfClass) => sigmoidCurve(fitSigmoid(scores, isOfClass))),
}

/** 1 / (1 + exp(a · score + b)). */
export interface Sigmoid {
  a: number
  b: number
}

/**
 * Platt 1999: the least log-loss against (N₊ + 1) / (N₊ + 2) for rows of the class and 1 / (N₋ + 2) for the others, by Newton's method with
 * backtracking (Lin, Lin and Weng 2007).
 */
export function fitSigmoid(scores: Float64Array, isOfClass: ArrayLike<number>): Sigmoid {
  const rows = scores.length
  let ofClass = 0
  for (let row = 0; row < rows; row += 1) ofClass += isOfClass[row]!
  const others = rows - ofClass
  const wanted = Float64Array.from(scores, (_, row) =>
    isOfClass[row] ? (ofClass + 1) / (ofClass + 2) : 1 / (others + 2),
  )
  let [a, b] = [0, Math.log((others + 1) / (ofClass + 1))]
  const lossAt = (slope: number, shift: number) => {
    let loss = 0
    for (let row = 0; row < rows; row += 1) {
      const z = slope * scores[row]! + shift
      loss += wanted[row]! * z + Math.max(-z, 0) + Math.log1p(Math.exp(-Math.abs(z)))
    }
    return loss
  }
  let loss = lossAt(a, b)
  for (let step = 0; step < mostSteps; step += 1) {
    // A little on the diagonal, so that it has an inverse where all scores are the same.
    let [aa, ab, bb, da, db] = [1e-12, 0, 1e-12, 0, 0]
    for (let row = 0; row < rows; row += 1) {
      const score = scores[row]!
      const probability = 1 / (1 + Math.exp(a * score + b))
      const [gradient, weight] = [wanted[row]! - probability, probability * (1 - probability)]
      da += gradient * score
      db += gradient
      aa += weight * score * score
      ab += weight * score
      bb += weight
    }
    const scale = aa * bb - ab * ab
    const [toA, toB] = [-(bb * da - ab * db) / scale, -(aa * db - ab * da) / scale]
    const slope = da * toA + db * toB
    let size = 1
    while (size > 1e-10 && !(lossAt(a + size * toA, b + size * toB) <= loss + 1e-4 * size * slope)) size /= 2
    if (size <= 1e-10) break
    a += size * toA
    b += size * toB
    const next = lossAt(a, b)
    const isDone = Math.abs(toA) + Math.abs(toB) < 1e-10 || loss - next < 1e-15 * Math.abs(next)
    loss = next
    if (isDone) break
  }
  return { a, b }
}

function sigmoidCurve({ a, b }: Sigmoid): Curve {
  return {
    at: score => 1 / (1 + Math.exp(a * score + b)),
    toGraph: (graph, scores) =>
      graph.node('Sigmoid', [graph.node('Sub', [graph.node('Mul', [scores, graph.float(-a)]), graph.float(b)])]),
  }
}
