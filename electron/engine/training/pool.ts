import type { GraphBuilder } from '../runtime/index.ts'
import type { TrainingData } from './algorithm.ts'

/**
 * How the answers of several models become one: their weighted mean, or, of probabilities, the softmax of the weighted mean of their logarithms
 * (the linear and the logarithmic opinion pool; Genest and Zidek 1986). Where models err apart from each other, the mean answers less surely
 * than any of them; the logarithmic pool does not.
 */
export const pools = ['mean', 'logarithmic'] as const
export type Pool = (typeof pools)[number]

/** Picks of the greedy choice, so that a weight is a multiple of their inverse. */
const picks = 40
/** More answers, one a row or a class of it, are not looked at to choose weights. */
const mostAnswers = 200_000
/** Of a probability that is taken the logarithm of. */
const least = 1e-6

const summandOf = (pool: Pool, answer: number) =>
  pool === 'mean' ? answer : Math.fround(Math.log(Math.max(least, answer)))

/** Answers pooled as the graph does it, in float32 step by step; weights are float32 that sum to 1. `width`: answers a row. */
export function pooled(
  pool: Pool,
  members: readonly { answer: Float32Array; weight: number }[],
  width: number,
): Float32Array {
  const sum = new Float32Array(members[0]!.answer.length)
  for (const { answer, weight } of members) {
    for (let i = 0; i < sum.length; i += 1) sum[i] = sum[i]! + Math.fround(weight * summandOf(pool, answer[i]!))
  }
  if (pool === 'mean') return sum
  for (let from = 0; from < sum.length; from += width) {
    const row = sum.subarray(from, from + width)
    row.set(row.map(Math.exp))
    const whole = row.reduce((total, each) => total + each, 0)
    row.set(row.map(each => each / whole))
  }
  return sum
}

/** The same as nodes, of answers [N, width]. */
export function addPooled(
  graph: GraphBuilder,
  pool: Pool,
  members: readonly { answer: string; weight: number }[],
): string {
  const parts = members.map(({ answer, weight }) => {
    const summand =
      pool === 'mean' ? answer : graph.node('Log', [graph.node('Max', [answer, graph.float(Math.fround(least))])])
    return graph.node('Mul', [summand, graph.float(weight)])
  })
  const sum = parts.reduce((before, part) => graph.node('Add', [before, part]))
  return pool === 'mean' ? sum : graph.node('Softmax', [sum], { axis: { int: 1 } })
}

/** Weights as float32 parts of a whole. */
export function sharesOf(weights: readonly number[]): number[] {
  const whole = weights.reduce((sum, weight) => sum + weight, 0)
  return weights.map(weight => Math.fround(weight / whole))
}

/**
 * Weights that sum to 1: again and again the member is picked that, added to those picked before, leaves the least loss (log-loss, or
 * squared error) on `rows`, which the answers are of; the picks up to the least of all count (Caruana et al. 2004). Of very many rows every
 * second one, or fewer, is looked at.
 */
export function chooseWeights(
  pool: Pool,
  answers: readonly Float32Array[],
  { task, target, rows }: Pick<TrainingData, 'task' | 'target'> & { rows: Int32Array },
): number[] {
  const width = answers[0]!.length / rows.length
  const step = Math.ceil(answers[0]!.length / mostAnswers)
  const seen = Int32Array.from({ length: Math.ceil(rows.length / step) }, (_, i) => i * step)
  const summands = answers.map(answer =>
    Float32Array.from({ length: seen.length * width }, (_, at) =>
      summandOf(pool, answer[seen[Math.floor(at / width)]! * width + (at % width)]!),
    ),
  )
  const truths = Float64Array.from(seen, i => target[rows[i]!]!)
  const lossOf = (sum: Float64Array, summand: Float32Array, count: number) => {
    let loss = 0
    for (let i = 0; i < truths.length; i += 1) {
      const truth = truths[i]!
      const at = task === 'regression' ? i : i * width + truth
      const mean = (sum[at]! + summand[at]!) / count
      if (task === 'regression') loss += (mean - truth) ** 2
      else if (pool === 'mean') loss -= Math.log(Math.max(1e-15, mean))
      else {
        let whole = 0
        for (let k = i * width; k < (i + 1) * width; k += 1) whole += Math.exp((sum[k]! + summand[k]!) / count)
        loss += Math.log(whole) - mean
      }
    }
    return loss
  }
  const sum = new Float64Array(summands[0]!.length)
  const picked: number[] = []
  let best = { loss: Number.POSITIVE_INFINITY, count: 0 }
  for (let count = 1; count <= picks; count += 1) {
    const losses = summands.map(summand => lossOf(sum, summand, count))
    const chosen = losses.indexOf(Math.min(...losses))
    picked.push(chosen)
    sum.forEach((value, i) => {
      sum[i] = value + summands[chosen]![i]!
    })
    if (losses[chosen]! < best.loss) best = { loss: losses[chosen]!, count }
  }
  return answers.map((_, i) => picked.slice(0, best.count).filter(each => each === i).length / best.count)
}
