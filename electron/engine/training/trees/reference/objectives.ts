import { type BoostingLoss, startScores } from '../losses.ts'

/** First and second derivatives of the loss by each score, and the loss itself. Scores lie as [rows, outputs]. */
export interface BoostingObjective {
  /** The score of each output before the first tree. */
  start: Float32Array
  /** Derivatives by output `k` of every row. */
  derivatives(scores: Float64Array, k: number, gradients: Float64Array, hessians: Float64Array): void
  /** Mean loss: log-loss, or squared error. */
  loss(scores: Float64Array, target: Float64Array): number
}

const leastProbability = 1e-15

export function boostingObjective(loss: BoostingLoss, classes: number, target: Float64Array): BoostingObjective {
  const start = startScores(loss, target, { weights: new Array(loss === 'logistic' ? 2 : classes).fill(1) })
  if (loss === 'squared-error') return { start, ...squaredError(target) }
  return { start, ...(loss === 'logistic' ? logistic(target) : softmax(target, classes)) }
}

function squaredError(target: Float64Array): Omit<BoostingObjective, 'start'> {
  return {
    derivatives(scores, _k, gradients, hessians) {
      for (let i = 0; i < target.length; i += 1) gradients[i] = scores[i]! - target[i]!
      hessians.fill(1)
    },
    loss: (scores, truth) => truth.reduce((sum, value, i) => sum + (scores[i]! - value) ** 2 / truth.length, 0),
  }
}

function logistic(target: Float64Array): Omit<BoostingObjective, 'start'> {
  return {
    derivatives(scores, _k, gradients, hessians) {
      for (let i = 0; i < target.length; i += 1) {
        const probability = 1 / (1 + Math.exp(-scores[i]!))
        gradients[i] = probability - target[i]!
        hessians[i] = probability * (1 - probability)
      }
    },
    loss(scores, truth) {
      let sum = 0
      for (let i = 0; i < truth.length; i += 1) {
        const margin = truth[i] === 1 ? scores[i]! : -scores[i]!
        sum += Math.log1p(Math.exp(-Math.abs(margin))) + Math.max(0, -margin)
      }
      return sum / truth.length
    },
  }
}

function softmax(target: Float64Array, classes: number): Omit<BoostingObjective, 'start'> {
  const probability = (scores: Float64Array, row: number, k: number): number => {
    const start = row * classes
    let most = Number.NEGATIVE_INFINITY
    for (let j = 0; j < classes; j += 1) most = Math.max(most, scores[start + j]!)
    let sum = 0
    for (let j = 0; j < classes; j += 1) sum += Math.exp(scores[start + j]! - most)
    return Math.exp(scores[start + k]! - most) / sum
  }
  return {
    derivatives(scores, k, gradients, hessians) {
      for (let i = 0; i < target.length; i += 1) {
        const p = probability(scores, i, k)
        gradients[i] = p - Number(target[i] === k)
        hessians[i] = p * (1 - p)
      }
    },
    loss(scores, truth) {
      let sum = 0
      for (let i = 0; i < truth.length; i += 1) {
        sum -= Math.log(Math.max(probability(scores, i, truth[i]!), leastProbability))
      }
      return sum / truth.length
    },
  }
}
