import type { Table } from '../../../shared/inference/table.ts'
import type { Metrics } from '../../../shared/model/run.ts'
import { measureAll } from '../evaluation/index.ts'
import type { Algorithm, TrainContext, TrainingData } from './algorithm.ts'
import type { TrainingCheckpoint } from './checkpoint.ts'
import { originFolds } from './forecast/divide.ts'
import type { Frame } from './forecast/frame.ts'
import { fitModel } from './forecast/on-top-of.ts'
import { type Fold, foldsOf, type Split } from './splits/index.ts'
import type { Target } from './target.ts'
import type { TrainSpec } from './train-model.ts'
import { learnedQuantile } from './trees/losses.ts'

export interface CrossValidation {
  /** Mean over the folds of each metric that is defined on all of them; null without folds. */
  metrics: Metrics | null
  /** On each fold's validation rows. */
  each: Metrics[]
  warnings: string[]
  /** For the fit that is kept: its progress goes on where the folds' ended. */
  rest: TrainContext
}

/**
 * Fits on each fold of the training and validation rows and measures on the rest of them; the test rows stay untouched. Stops with the
 * folds that are done when the training is to finish early. With a checkpoint, folds that are done are not fitted again.
 */
export async function crossValidate(
  table: Table,
  work: {
    algorithm: Algorithm
    dataOf(fold: Fold): TrainingData
    spec: TrainSpec
    target: Target
    split: Split
    frame: Frame | null
  },
  context: TrainContext,
  checkpoint?: TrainingCheckpoint,
): Promise<CrossValidation> {
  const { algorithm, dataOf, spec, target, split, frame } = work
  const { task, classes } = target
  const kept = (place: number) => ({ ...context, checkpoint: checkpoint?.of(place) })
  if (!spec.folds) return { metrics: null, each: [], warnings: [], rest: kept(0) }
  const folds = frame
    ? originFolds(frame, split, spec.folds)
    : foldsOf(table, { choice: spec, target, split, count: spec.folds })
  const part = (place: number, name: string): TrainContext => ({
    ...kept(place),
    progress: (fraction, phase) =>
      context.progress(fraction === null ? null : (place + fraction) / (folds.length + 1), `${name}${phase}`),
  })
  const each: Metrics[] = checkpoint?.folds ?? []
  for (const [place, fold] of folds.entries()) {
    const { validation } = fold
    if (place < each.length) continue
    if (context.finish.aborted) break
    const told = part(place, `fold ${place + 1} of ${folds.length}: `)
    // The curves are those of the fit that is kept.
    const fitted = await fitModel(algorithm, dataOf(fold), spec.parameters, { ...told, metric() {} })
    context.signal.throwIfAborted()
    const truth = Float64Array.from(validation, row => (target.isUnlabelled ? Number.NaN : target.values[row]!))
    const predictions = fitted.measured ? await fitted.measured(validation) : await fitted.predict(validation)
    each.push(measureAll({ task, classes, truth, predictions, quantile: learnedQuantile(spec.parameters) }))
  }
  const warnings: string[] = []
  if (each.length === 0)
    warnings.push('No fold has rows of every class in both parts: one part of the rows validates instead')
  else if (each.length < spec.folds) {
    warnings.push(`${each.length} of ${spec.folds} folds could be validated: the mean is over these`)
  }
  return { metrics: each.length ? meanOf(each) : null, each, warnings, rest: part(folds.length, '') }
}

function meanOf(each: Metrics[]): Metrics {
  const [first, ...others] = each
  const shared = Object.keys(first!).filter(id => others.every(other => other[id] !== undefined))
  return Object.fromEntries(shared.map(id => [id, each.reduce((sum, one) => sum + one[id]!, 0) / each.length]))
}
