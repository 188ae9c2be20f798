import type { Task } from '../../../shared/model/run.ts'
import type { GraphBuilder } from '../runtime/index.ts'

/**
 * From scores to answers, in the trainer and in the graph alike: one score becomes two probabilities by the sigmoid, several
 * become as many by softmax, the score of a regression is the value. Two classes take one score.
 */
export function scoreCount(task: Task, classes: readonly string[]): number {
  return task === 'multiclass' ? classes.length : 1
}

/** Writes the answer of one row into a row-major array from `at` on. */
export function writeAnswer(task: Task, scores: Float64Array, into: Float32Array, at: number): void {
  if (task === 'regression') {
    into[at] = scores[0]!
  } else if (task === 'binary') {
    const positive = 1 / (1 + Math.exp(-scores[0]!))
    into[at] = 1 - positive
    into[at + 1] = positive
  } else {
    let most = scores[0]!
    for (const score of scores) most = Math.max(most, score)
    let sum = 0
    for (const score of scores) sum += Math.exp(score - most)
    for (let k = 0; k < scores.length; k += 1) into[at + k] = Math.exp(scores[k]! - most) / sum
  }
}

/** The same as nodes: scores [N, scoreCount] → probabilities [N, C] or value [N, 1]. */
export function addAnswer(graph: GraphBuilder, task: Task, scores: string): string {
  if (task === 'regression') return scores
  if (task === 'multiclass') return graph.node('Softmax', [scores], { axis: { int: 1 } })
  const positive = graph.node('Sigmoid', [scores])
  return graph.node('Concat', [graph.node('Sub', [graph.float(1), positive]), positive], { axis: { int: 1 } })
}
