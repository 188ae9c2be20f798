import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { predictionBins } from '../../../shared/inference/bins.ts'
import type { Provenance, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { sampleWarning } from '../../../shared/lib/sample-warning.ts'
import type { Findings } from '../../../shared/model/findings.ts'
import type { DeviceId, Metrics, Placement, Task } from '../../../shared/model/run.ts'
import { latheVersion } from '../../../shared/version.ts'
import { createTableWriter } from '../datasets/index.ts'
import {
  evaluate,
  type ForetoldRows,
  foretoldColumns,
  measureAll,
  measuredColumns,
  smallClasses,
  stretchColumn,
} from '../evaluation/index.ts'
import type { JobContext } from '../jobs/index.ts'
import { GraphBuilder, openPredictor, writeBundle } from '../runtime/index.ts'
import type { Algorithm, FittedModel } from './algorithm.ts'
import { algorithms } from './algorithms/index.ts'
import type { CrossValidation } from './cross-validate.ts'
import { findingsOf } from './findings.ts'
import { stretchesOf } from './forecast/frame.ts'
import { boundsOf, scaleOf, spreadsOf } from './forecast/intervals.ts'
import { goldenTolerance, makeGoldenRows } from './golden-rows.ts'
import type { Prepared } from './prepare.ts'
import { placeSplit } from './sample-rows.ts'
import { makeContract } from './signature.ts'
import { writeSplit } from './splits/index.ts'
import type { Target } from './target.ts'
import type { Trained, TrainSpec } from './train-model.ts'
import { learnedQuantile } from './trees/losses.ts'

/** Rows of the exported model's answers that are held against the trainer's at once. */
const blockRows = 65_536

/** A fitted model as its graph and its own answers: what is left to do with it needs no trainer. */
export interface Answered {
  model: Uint8Array
  /** The trainer's own predictions of the validation and the test rows. */
  validation: Float32Array
  test: Float32Array
  /** Answers to measure the validation rows by, where those above were fitted to these rows. */
  crossFitted?: Float32Array
  /** What the metrics are taken of, where that is not the predictions. */
  measured?: { validation: Float32Array; test: Float32Array }
  findings?: Findings | null
  signature?: FittedModel['signature']
  device: DeviceId
  /** Of the device and the fit. */
  warnings: string[]
  placement: Placement[]
  bytesPerStep: number | null
}

/**
 * Writes the graph and predicts. `device` is where the fit was begun, with what is to be said about it; `known` what it predicts of the validation
 * rows, where that is known.
 */
export async function answer(
  prepared: Prepared,
  fitted: FittedModel,
  device: { device: DeviceId; warnings: string[] },
  known?: Float32Array,
): Promise<Answered> {
  const { split } = prepared
  const validation = known ?? (await fitted.predict(split.validation))
  const test = await fitted.predict(split.test)
  // What was found is told by the same answers.
  const predict = async (rows: Int32Array) =>
    rows === split.validation ? validation : rows === split.test ? test : fitted.predict(rows)
  return {
    model: exportModel(fitted, prepared),
    ...{ validation, test },
    measured: fitted.measured
      ? { validation: await fitted.measured(split.validation), test: await fitted.measured(split.test) }
      : undefined,
    findings: await findingsOf(prepared, {
      predict,
      signature: fitted.signature,
      outOfBag: fitted.outOfBag,
      readable: fitted.readable,
    }),
    signature: fitted.signature,
    device: fitted.device ?? device.device,
    warnings: [...device.warnings, ...fitted.warnings],
    placement: fitted.placement,
    bytesPerStep: fitted.bytesPerStep,
  }
}

/**
 * Measures, writes `bundle/`, `predictions.parquet` and `split.parquet` into the job's `out/`, and holds the written model against the
 * trainer's answers on every test row. Throws `parity-failed` when it answers otherwise.
 */
export async function finishTraining(
  prepared: Prepared,
  { algorithm, parameters }: Pick<TrainSpec, 'algorithm' | 'parameters'>,
  answered: Answered,
  folded: Pick<CrossValidation, 'metrics' | 'each' | 'warnings'>,
  { outFolder, signal, progress }: Pick<JobContext, 'outFolder' | 'signal' | 'progress'>,
): Promise<Omit<Trained, 'seconds'>> {
  const { raw, target, split, chosen, repeated, drawn, frame } = prepared
  const placed = placeSplit(split, drawn)
  const { model, validation, test } = answered
  const measured = answered.measured ?? { validation, test }
  const signature: Signature = { ...prepared.signature, ...answered.signature }
  const spec: TrainSpec = { ...prepared.spec, algorithm, parameters }
  const unlearned = new Float32Array(validation.length + test.length)
  unlearned.set(validation)
  unlearned.set(test, validation.length)
  const profile: ReferenceProfile = {
    ...prepared.reference(),
    // On rows that were not learned from: on the others a model is surer than it will ever be again.
    predictions: predictionBins(signature, unlearned),
  }
  const quantile = learnedQuantile(parameters)
  const scored = { task: target.task, classes: target.classes, seed: spec.seed, signal, quantile }
  progress(null, 'measuring')
  const validated = measureAll({
    ...scored,
    truth: truthOf(target, split.validation),
    predictions: answered.crossFitted ?? measured.validation,
    ...(frame ? { foretold: { scale: scaleOf(frame, split.train, split.validation) } } : {}),
  })
  const together = frame ? stretchesOf(frame, split.test) : undefined
  const truth = truthOf(target, split.test)
  const foretold = frame
    ? {
        scale: scaleOf(frame, split.train, split.test),
        bounds: boundsOf(frame, split.test, test, spreadsOf(frame, split.validation, validation)),
      }
    : undefined
  const tested = await evaluate({ ...scored, together, truth, foretold, predictions: measured.test })

  const folder = join(outFolder, 'bundle')
  progress(null, 'holding the exported model against the fitted one')
  await writeModel(folder, { model, signature, profile, raw, spec, metrics: tested.metrics, ignored: chosen.ignored })
  await holdAgainst(folder, raw, split.test, test, signal)
  await writePredictions(
    join(outFolder, 'predictions.parquet'),
    placed.test,
    { ...scored, together, truth, foretold },
    measured.test,
  )
  await writeSplit(join(outFolder, 'split.parquet'), placed)
  const warnings = [...spec.warnings, ...chosen.warnings, ...split.warnings, ...folded.warnings, ...answered.warnings]
  if (drawn) warnings.push(sampleWarning(drawn.rows.length, drawn.of))
  if (target.missing) warnings.push(`${target.missing} rows without a target were left out`)
  warnings.push(...smallClasses(target.task, target.classes, truth))
  if (repeated) warnings.push(`${repeated} rows that repeat another were left out`)
  return {
    task: target.task,
    classes: target.classes,
    device: answered.device,
    metrics: tested.metrics,
    intervals: tested.intervals,
    // What the folds were measured by was not recalibrated.
    validationMetrics: answered.crossFitted ? validated : (folded.metrics ?? validated),
    foldMetrics: answered.crossFitted ? [] : folded.each,
    rows: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    testRowsDigest: digestRows(`${spec.dataset.sha256}${framedBy(spec)}`, placed.test),
    placement: answered.placement.length ? answered.placement : onCpu(algorithms.get(algorithm)),
    bytesPerStep: answered.bytesPerStep,
    warnings,
    suspects: prepared.suspects(),
    findings: answered.findings ?? null,
  }
}

function exportModel(fitted: FittedModel, prepared: Prepared): Uint8Array {
  const { inputsOf } = prepared
  const signature = { ...prepared.signature, ...fitted.signature }
  const graph = new GraphBuilder()
  const answer = fitted.toGraph(graph, inputsOf(graph))
  const name = signature.outputs.probabilities ?? signature.outputs.value!
  graph.node('Identity', [answer], {}, name)
  if (signature.task === 'clusters') graph.output(name, 'int64', ['N', 1])
  else graph.output(name, 'float32', ['N', Math.max(1, signature.classes.length)])
  return graph.build()
}

async function writeModel(
  folder: string,
  parts: {
    model: Uint8Array
    signature: Signature
    profile: ReferenceProfile
    raw: Table
    spec: TrainSpec
    metrics: Metrics
    ignored: string[]
  },
): Promise<void> {
  const { model, signature, profile, raw, spec, metrics, ignored } = parts
  const provenance: Provenance = {
    formatVersion: 1,
    latheVersion,
    dataset: spec.dataset,
    target: spec.target,
    algorithm: spec.algorithm,
    parameters: spec.parameters,
    seed: spec.seed,
    splitColumn: spec.splitColumn,
    splitBy: spec.splitBy,
    exclude: spec.exclude,
    distinctRows: spec.distinctRows,
    ...(!spec.sampleRows ? {} : { sampleRows: spec.sampleRows }),
    positive: spec.positive,
    ...(!spec.recalibration ? {} : { recalibration: spec.recalibration }),
    ...(spec.refit ? { refit: true as const } : {}),
    ...(!spec.forecast ? {} : { forecast: spec.forecast }),
    metrics,
    imported: null,
  }
  const unused = new Set(ignored)
  const contract = makeContract(
    signature,
    raw.columns.filter(({ name }) => unused.has(name)),
  )
  const bundle = { model, signature, profile, contract, provenance }
  const rows = makeGoldenRows(signature, profile)
  const golden = { formatVersion: 1, tolerance: goldenTolerance, rows, outputs: [] } as const
  // The answers are those of the exported file itself.
  await writeBundle(folder, { ...bundle, golden: { ...golden, outputs: [] } })
  const predictor = await openPredictor(folder, { threads: 1 })
  try {
    await writeBundle(folder, { ...bundle, golden: { ...golden, outputs: await predictor.predictRows(rows) } })
  } finally {
    await predictor.close()
  }
}

/** Parity: probabilities |Δ| ≤ 1e-4, values |Δ| ≤ 1e-4 · max(1, |y|), on every test row. */
async function holdAgainst(
  folder: string,
  raw: Table,
  rows: Int32Array,
  own: Float32Array,
  signal: AbortSignal,
): Promise<void> {
  const predictor = await openPredictor(folder)
  try {
    const width = own.length / rows.length
    const scale = (value: number) => (predictor.signature.classes.length ? 1 : Math.max(1, Math.abs(value)))
    for (let from = 0; from < rows.length; from += blockRows) {
      const block = rows.subarray(from, from + blockRows)
      const exported = await predictor.predictTable(selectRows(raw, block), signal)
      exported.forEach((answer, i) => {
        const wanted = own[from * width + i]!
        if (Math.abs(answer - wanted) / scale(wanted) <= goldenTolerance) return
        throw new AppError(
          'parity-failed',
          `The exported model answers row ${block[Math.floor(i / width)]! + 1} otherwise than the trained one: ${answer} instead of ${wanted}`,
          { mend: 'Report this with the dataset, if you may: it is a defect of Lathe.' },
        )
      })
    }
  } finally {
    await predictor.close()
  }
}

/**
 * Writes `row` (index in the dataset version), `truth`, what `measuredColumns` names, and of a forecast which rows go
 * `together` and what they are measured by.
 */
export async function writePredictions(
  file: string,
  rows: Int32Array,
  {
    task,
    classes,
    truth,
    together,
    foretold,
  }: {
    task: Task
    classes: readonly string[]
    truth: Float64Array
    together?: Int32Array | undefined
    foretold?: ForetoldRows | undefined
  },
  answers: Float32Array,
): Promise<void> {
  const names = measuredColumns(task, classes.length)
  const width = names.length
  const numbers = (name: string, values: Float64Array, type: 'integer' | 'number' = 'number') => ({
    ...{ name, values, type },
    kind: 'numeric' as const,
  })
  const [low, high] = foretold?.bounds ?? []
  const table: Table = {
    rows: rows.length,
    columns: [
      numbers('row', Float64Array.from(rows), 'integer'),
      numbers('truth', truth),
      ...names.map((name, k) =>
        numbers(
          name,
          Float64Array.from(rows, (_, i) => answers[i * width + k]!),
        ),
      ),
      ...(together ? [numbers(stretchColumn, Float64Array.from(together), 'integer')] : []),
      ...(foretold ? [numbers(foretoldColumns.scale, foretold.scale)] : []),
      ...(low && high ? [numbers(foretoldColumns.low, low), numbers(foretoldColumns.high, high)] : []),
    ],
  }
  const writer = await createTableWriter(file, table.columns)
  await writer.append(table)
  await writer.close()
}

export function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => values[row]!)
}

/** NaN where there is nothing to measure by. */
function truthOf({ values, isUnlabelled }: Target, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => (isUnlabelled ? Number.NaN : values[row]!))
}

/** Which rows a forecast made of the dataset's; empty for none. */
function framedBy({ forecast, target }: Pick<TrainSpec, 'forecast' | 'target'>): string {
  if (!forecast) return ''
  const { time, series = null, horizon, gaps, repeated } = forecast
  return JSON.stringify({ target, time, series, horizon, gaps, repeated })
}

/** SHA-256 over the dataset version and the row indices: equal for the very same test rows. */
export function digestRows(datasetSha256: string, rows: Int32Array): string {
  return createHash('sha256')
    .update(datasetSha256)
    .update(Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength))
    .digest('hex')
}

function onCpu({ deviceReason, devices }: Algorithm): Placement[] {
  const reasons = devices.length === 1 ? [deviceReason] : []
  return [{ provider: 'cpu', operatorShare: 1, timeShare: 1, reasons }]
}
