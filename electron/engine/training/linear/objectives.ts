import type { Objective } from './minimise.ts'

export interface LinearProblem {
  /** Row-major [rows, width]. */
  matrix: Float32Array
  width: number
  /** One a row: class index, or value. */
  target: Float64Array
  /** Score columns: 1 for two classes and for values, else one a class. */
  outputs: number
  l2: number
  /** One a row: what its loss is multiplied by; 1 for all where left out. */
  weights?: Float64Array | null
}

/**
 * Weights lie as [outputs, width], then one intercept an output. Each objective is Σ loss over the rows + l2/2 · Σ w², intercepts
 * free; so `l2` is scikit-learn's `alpha` of Ridge (halved loss) and 1/`C` of LogisticRegression.
 */
function objective(problem: LinearProblem, loss: (scores: Float64Array, row: number) => number): Objective {
  const { matrix, width, outputs, l2, target, weights } = problem
  const rows = target.length
  const scores = new Float64Array(outputs)
  const intercepts = outputs * width
  return (point, gradient) => {
    gradient.fill(0)
    let value = 0
    let row = 0
    // Four rows at once where there is one score: weights and gradient are read once for all of them.
    for (; outputs === 1 && row + 3 < rows; row += 4) {
      const one = row * width
      const two = one + width
      const three = two + width
      const four = three + width
      let a = point[width]!
      let b = a
      let c = a
      let d = a
      for (let j = 0; j < width; j += 1) {
        const weight = point[j]!
        a += matrix[one + j]! * weight
        b += matrix[two + j]! * weight
        c += matrix[three + j]! * weight
        d += matrix[four + j]! * weight
      }
      const slopeOf = (score: number, at: number) => {
        const weight = weights?.[at] ?? 1
        scores[0] = score
        value += weight * loss(scores, at)
        return weight * scores[0]
      }
      a = slopeOf(a, row)
      b = slopeOf(b, row + 1)
      c = slopeOf(c, row + 2)
      d = slopeOf(d, row + 3)
      for (let j = 0; j < width; j += 1) {
        gradient[j]! += a * matrix[one + j]! + b * matrix[two + j]! + (c * matrix[three + j]! + d * matrix[four + j]!)
      }
      gradient[width]! += a + b + (c + d)
    }
    for (; row < rows; row += 1) {
      const start = row * width
      for (let k = 0; k < outputs; k += 1) {
        let score = point[intercepts + k]!
        const from = k * width
        for (let j = 0; j < width; j += 1) score += matrix[start + j]! * point[from + j]!
        scores[k] = score
      }
      // From here on `scores` holds the derivative of the loss by each score.
      const weight = weights?.[row] ?? 1
      value += weight * loss(scores, row)
      for (let k = 0; k < outputs; k += 1) {
        const slope = weight * scores[k]!
        gradient[intercepts + k]! += slope
        const from = k * width
        for (let j = 0; j < width; j += 1) gradient[from + j]! += slope * matrix[start + j]!
      }
    }
    for (let i = 0; i < intercepts; i += 1) {
      value += (l2 / 2) * point[i]! ** 2
      gradient[i]! += l2 * point[i]!
    }
    return value
  }
}

/** ½ (score − y)². */
export function squaredObjective(problem: LinearProblem): Objective {
  const { target } = problem
  return objective(problem, (scores, row) => {
    const error = scores[0]! - target[row]!
    scores[0] = error
    return (error * error) / 2
  })
}

/** log(1 + e^s) − y s, for classes 0 and 1 and for probabilities between them. */
export function logisticObjective(problem: LinearProblem): Objective {
  const { target } = problem
  return objective(problem, (scores, row) => {
    const score = scores[0]!
    const truth = target[row]!
    const other = Math.exp(-Math.abs(score))
    scores[0] = (score < 0 ? other : 1) / (1 + other) - truth
    return Math.log1p(other) + Math.max(0, score) - truth * score
  })
}

/** max(0, 1 − y s)² with y = 1 for class 1 and −1 for class 0. */
export function squaredHingeObjective(problem: LinearProblem): Objective {
  const { target } = problem
  return objective(problem, (scores, row) => {
    const side = target[row] === 1 ? 1 : -1
    const inside = Math.max(0, 1 - side * scores[0]!)
    scores[0] = -2 * side * inside
    return inside * inside
  })
}

/** log Σ e^s − s of the true class. */
export function softmaxObjective(problem: LinearProblem): Objective {
  const { target, outputs } = problem
  return objective(problem, (scores, row) => {
    let most = scores[0]!
    for (let k = 1; k < outputs; k += 1) most = Math.max(most, scores[k]!)
    const own = scores[target[row]!]! - most
    let sum = 0
    for (let k = 0; k < outputs; k += 1) {
      scores[k] = Math.exp(scores[k]! - most)
      sum += scores[k]!
    }
    for (let k = 0; k < outputs; k += 1) scores[k]! /= sum
    scores[target[row]!]! -= 1
    return Math.log(sum) - own
  })
}
