import type { ClassifiedRows } from '../diagnostics.ts'
import type { Recalibrator } from './calibrator.ts'

/** Of probabilities, before their logarithm is taken. */
const least = 1e-7
/** Between exp(−10) and exp(10), halved so often. */
const halvings = 80

export const temperature: Recalibrator = {
  id: 'temperature',
  fit(rows) {
    const { classCount } = rows
    const sharpness = fitSharpness(rows)
    return {
      answer(probabilities) {
        const answers = new Float32Array(probabilities.length)
        for (let start = 0; start < probabilities.length; start += classCount) {
          const logs = logsAt(probabilities, start, classCount)
          const most = Math.max(...logs)
          const powers = logs.map(log => Math.exp(sharpness * (log - most)))
          const sum = powers.reduce((total, value) => total + value, 0)
          powers.forEach((value, k) => {
            answers[start + k] = value / sum
          })
        }
        return answers
      },
      toGraph(graph, probabilities) {
        const logs = graph.node('Log', [graph.node('Max', [probabilities, graph.float(least)])])
        return graph.node('Softmax', [graph.node('Mul', [logs, graph.float(sharpness)])], { axis: { int: 1 } })
      },
    }
  },
}

const logsAt = (probabilities: Float32Array, start: number, classCount: number) =>
  Array.from({ length: classCount }, (_, k) => Math.log(Math.max(probabilities[start + k]!, least)))

/**
 * The inverse temperature β of softmax(β · log p) with the least log-loss (Guo et al. 2017), between exp(−10) and exp(10): the loss is convex in β, so
 * its slope is followed to 0 by halving.
 */
export function fitSharpness({ truth, predictions, classCount }: ClassifiedRows): number {
  const logs = Array.from(truth, (_, row) => logsAt(predictions, row * classCount, classCount))
  const slopeAt = (beta: number) => {
    let slope = 0
    logs.forEach((own, row) => {
      const most = Math.max(...own)
      let [sum, weighted] = [0, 0]
      for (const log of own) {
        const power = Math.exp(beta * (log - most))
        sum += power
        weighted += power * log
      }
      slope += weighted / sum - own[truth[row]!]!
    })
    return slope
  }
  let [low, high] = [-10, 10]
  for (let i = 0; i < halvings; i += 1) {
    const middle = (low + high) / 2
    if (slopeAt(Math.exp(middle)) < 0) low = middle
    else high = middle
  }
  return Math.exp((low + high) / 2)
}
