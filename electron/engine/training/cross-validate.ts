import type { Table } from '../../../shared/inference/table.ts'
import type { Metrics, Parameters } from '../../../shared/model/run.ts'
import { measureAll } from '../evaluation/index.ts'
import type { Algorithm, TrainContext, TrainingData } from './algorithm.ts'
import type { TrainingCheckpoint } from './checkpoint.ts'
import { originFolds } from './forecast/divide.ts'
import type { Frame } from './forecast/frame.ts'
import { scaleOf } from './forecast/intervals.ts'
import { fitModel } from './forecast/on-top-of.ts'
import { meanOfSettled, type Unlearned } from './refit.ts'
import { type Fold, foldsLack, foldsOf, type Split } from './splits/index.ts'
import type { Target } from './target.ts'
import type { TrainSpec } from './train-model.ts'
import { learnedQuantile } from './trees/losses.ts'

export interface CrossValidation {
  /** Mean over the folds of each metric that is defined on all of them; null without folds. */
  metrics: Metrics | null
  /** On each fold's validation rows. */
  each: Metrics[]
  warnings: string[]
  /** What the fits of the folds say of rows that they did not see; null without folds. */
  unlearned: Unlearned | null
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
  if (!spec.folds) return { metrics: null, each: [], warnings: [], unlearned: null, rest: kept(0) }
  const folds = frame
    ? originFolds(frame, split, spec.folds)
    : foldsOf(table, { choice: spec, target, split, count: spec.folds })
  const part = (place: number, name: string): TrainContext => ({
    ...kept(place),
    progress: (fraction, phase) =>
      context.progress(fraction === null ? null : (place + fraction) / (folds.length + 1), `${name}${phase}`),
  })
  const fitFold = async (data: TrainingData, parameters: Parameters, told: TrainContext) => {
    // The curves are those of the fit that is kept.
    const fitted = await fitModel(algorithm, data, parameters, { ...told, metric() {} })
    context.signal.throwIfAborted()
    return fitted
  }
  const measured = ({ train, validation: rows }: Fold, predictions: Float32Array) => {
    const truth = Float64Array.from(rows, row => (target.isUnlabelled ? Number.NaN : target.values[row]!))
    const foretold = frame ? { scale: scaleOf(frame, train, rows) } : undefined
    return measureAll({ task, classes, truth, predictions, quantile: learnedQuantile(spec.parameters), foretold })
  }
  // Of folds that an earlier process did only the metrics are kept, and a last fit wants more of them.
  const each: Metrics[] = (spec.refit ? null : checkpoint?.folds) ?? []
  const [parts, answers, settled]: [Int32Array[], Float32Array[], (Parameters | null)[]] = [[], [], []]
  for (const [place, fold] of folds.entries()) {
    const { validation } = fold
    if (place < each.length) continue
    if (context.finish.aborted) break
    const told = part(place, `fold ${place + 1} of ${folds.length}: `)
    const fitted = await fitFold(dataOf(fold), spec.parameters, told)
    const predictions = fitted.measured ? await fitted.measured(validation) : await fitted.predict(validation)
    parts.push(validation)
    answers.push(predictions)
    settled.push(fitted.settled ?? null)
    each.push(measured(fold, predictions))
  }
  const mean = meanOfSettled(settled)
  if (spec.refit && mean && Object.keys(mean).length && !context.finish.aborted) {
    // As the last fit will learn: by what all folds settled on, so that no fold is measured where it did best on its own rows.
    for (const [place, { train, validation }] of folds.entries()) {
      const told = { ...part(place, `fold ${place + 1} of ${folds.length}, as long as all: `), checkpoint: undefined }
      const data = dataOf({ train, validation: new Int32Array() })
      answers[place] = await (await fitFold(data, { ...spec.parameters, ...mean }, told)).predict(validation)
      each[place] = measured({ train, validation }, answers[place])
    }
  }
  const warnings = foldsLack(folds.slice(0, each.length), target)
  if (each.length === 0)
    warnings.push('No fold has rows of every class in both parts: one part of the rows validates instead')
  else if (each.length < spec.folds) {
    warnings.push(`${each.length} of ${spec.folds} folds could be validated: the mean is over these`)
  }
  const unlearned = each.length ? { parts, answers, settled: mean } : null
  return { metrics: each.length ? meanOf(each) : null, each, warnings, unlearned, rest: part(folds.length, '') }
}

/** The mean of each metric that all have. */
export function meanOf(each: Metrics[]): Metrics {
  const [first, ...others] = each
  const shared = Object.keys(first!).filter(id => others.every(other => other[id] !== undefined))
  return Object.fromEntries(shared.map(id => [id, each.reduce((sum, one) => sum + one[id]!, 0) / each.length]))
}
