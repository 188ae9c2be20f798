import { createHash } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { makeReferenceProfile, predictionBins } from '../../../shared/inference/bins.ts'
import type { Provenance, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type {
  DeviceChoice,
  DeviceId,
  Metrics,
  Parameters,
  Placement,
  Run,
  SplitBy,
  Task,
} from '../../../shared/model/run.ts'
import { latheVersion } from '../../../shared/version.ts'
import { createTableWriter, readTable } from '../datasets/index.ts'
import { evaluate } from '../evaluation/index.ts'
import type { JobContext } from '../jobs/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import { chooseDevice, GraphBuilder, openPredictor, probeDevices, writeBundle } from '../runtime/index.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from './algorithm.ts'
import { algorithms } from './algorithms/index.ts'
import { chooseFeatures } from './choose-features.ts'
import { crossValidate } from './cross-validate.ts'
import { goldenTolerance, makeGoldenRows } from './golden-rows.ts'
import { addInputs, makeContract, makeSignature, roundTable } from './signature.ts'
import { splitTable, writeSplit } from './splits/index.ts'
import { dropRepeated, findSuspects } from './suspects.ts'
import { readTarget } from './target.ts'

/** All that a training depends on; the same spec gives the same model on the same machine. */
export interface TrainSpec {
  dataset: { name: string; version: number; sha256: string }
  /** Absolute. */
  parquetFile: string
  target: string
  algorithm: string
  /** Checked and filled up by `checkParameters`. */
  parameters: Parameters
  device: DeviceChoice
  splitColumn: string | null
  splitBy: SplitBy
  /** Of cross-validation; 0 for none. */
  folds: number
  seed: number
  positive: string | null
  task: 'classification' | 'regression' | null
  exclude: string[]
  distinctRows: boolean
  /** What is known of the columns already; said again with the run. */
  warnings: string[]
}

/** What a training tells, besides what it leaves in `outFolder`: `bundle/`, `predictions.parquet` and `split.parquet`. */
export type Trained = Pick<
  Run,
  | 'task'
  | 'classes'
  | 'device'
  | 'metrics'
  | 'intervals'
  | 'validationMetrics'
  | 'foldMetrics'
  | 'rows'
  | 'testRowsDigest'
  | 'placement'
  | 'bytesPerStep'
  | 'warnings'
  | 'suspects'
  | 'seconds'
>

/**
 * Reads, splits, fits, exports, holds the export against the fitted model on every test row, and measures. Throws `bad-data` for data
 * that nothing can be learned from, `parity-failed` when the exported model answers otherwise than the fitted one.
 */
export async function trainModel(spec: TrainSpec, context: JobContext): Promise<Trained> {
  const start = performance.now()
  const { signal } = context
  const algorithm = algorithms.get(spec.algorithm)
  context.progress(null, 'reading')
  const raw = await readTable(spec.parquetFile, { signal })
  const target = readTarget(raw, { column: spec.target, task: spec.task, positive: spec.positive })
  if (!algorithm.tasks.includes(target.task)) throw wrongTask(algorithm, spec.target, target.task)
  const repeated = spec.distinctRows ? dropRepeated(raw, learnedColumns(raw, spec), target.values) : 0
  const split = splitTable(raw, spec, target)
  const chosen = chooseFeatures(raw, split.train, spec)
  const signature = makeSignature(raw, chosen.features, target, spec.target)
  context.progress(null, 'looking for what knows the answer')
  const suspects = findSuspects({
    table: raw,
    features: chosen.features,
    target,
    split,
    whole: [spec.target, spec.splitColumn ?? ''],
  })
  const device = await pickDevice(algorithm, spec, signal)
  const data: TrainingData = {
    table: roundTable(raw, signature),
    features: chosen.features,
    task: target.task,
    classes: target.classes,
    target: target.values,
    train: split.train,
    validation: split.validation,
  }
  const fitContext = trainContext(spec, device.device, context)
  const folded = await crossValidate(raw, { algorithm, data, spec, target, split }, fitContext)
  const fitted = await algorithm.fit(data, spec.parameters, folded.rest)
  signal.throwIfAborted()

  context.progress(null, 'exporting')
  const model = exportModel(fitted, signature)
  const validation = await fitted.predict(split.validation)
  const test = await fitted.predict(split.test)
  const unlearned = new Float32Array(validation.length + test.length)
  unlearned.set(validation)
  unlearned.set(test, validation.length)
  const profile: ReferenceProfile = {
    ...makeReferenceProfile(signature, raw, new Float32Array(), split.train),
    // On rows that were not learned from: on the others a model is surer than it will ever be again.
    predictions: predictionBins(signature.classes, unlearned),
  }
  const scored = { task: target.task, classes: target.classes, seed: spec.seed, signal }
  context.progress(null, 'measuring')
  const validated = await evaluate({ ...scored, truth: pick(target.values, split.validation), predictions: validation })
  const tested = await evaluate({ ...scored, truth: pick(target.values, split.test), predictions: test })

  const folder = join(context.outFolder, 'bundle')
  context.progress(null, 'holding the exported model against the fitted one')
  await writeModel(folder, { model, signature, profile, raw, spec, metrics: tested.metrics, ignored: chosen.ignored })
  await holdAgainst(folder, raw, split.test, test, signal)
  await writePredictions(
    join(context.outFolder, 'predictions.parquet'),
    split.test,
    pick(target.values, split.test),
    test,
  )
  await writeSplit(join(context.outFolder, 'split.parquet'), split)
  const used = fitted.device ?? device.device
  const warnings = [
    ...spec.warnings,
    ...device.warnings,
    ...chosen.warnings,
    ...split.warnings,
    ...folded.warnings,
    ...fitted.warnings,
  ]
  if (target.missing) warnings.push(`${target.missing} rows without a target were left out`)
  if (context.finish.aborted) warnings.push('It was stopped by hand: what was best until then was kept')
  if (repeated) warnings.push(`${repeated} rows that repeat another were left out`)
  return {
    task: target.task,
    classes: target.classes,
    device: used,
    metrics: tested.metrics,
    intervals: tested.intervals,
    validationMetrics: folded.metrics ?? validated.metrics,
    foldMetrics: folded.each,
    rows: { train: split.train.length, validation: split.validation.length, test: split.test.length },
    testRowsDigest: digestRows(spec.dataset.sha256, split.test),
    placement: fitted.placement.length ? fitted.placement : onCpu(algorithm),
    bytesPerStep: fitted.bytesPerStep,
    warnings,
    suspects,
    seconds: (performance.now() - start) / 1000,
  }
}

function wrongTask({ id, tasks }: Algorithm, column: string, task: Task): AppError {
  const learns = tasks.includes('regression') ? 'numbers' : 'classes'
  const held = task === 'regression' ? 'numbers' : 'classes'
  const others = algorithms.entries.filter(each => each.tasks.includes(task)).map(each => each.id)
  return new AppError('bad-input', `${id} learns ${learns}, and "${column}" holds ${held}`, {
    mend: `Use one of ${others.join(', ')}, or say --task.`,
  })
}

function learnedColumns(raw: Table, { target, splitColumn, exclude }: TrainSpec): string[] {
  return raw.columns.map(({ name }) => name).filter(name => ![target, splitColumn, ...exclude].includes(name))
}

async function pickDevice({ devices, deviceReason }: Algorithm, { device }: TrainSpec, signal: AbortSignal) {
  // Where only the CPU can do the work, there is nothing to probe.
  if (device === 'cpu' || devices.every(each => each === 'cpu')) {
    const warnings =
      device === 'auto' || device === 'cpu' ? [] : [`${device} is not used: ${deviceReason}. The CPU is used.`]
    return { device: 'cpu' as DeviceId, warnings }
  }
  return chooseDevice(device, await probeDevices({ signal }), { devices, reason: deviceReason })
}

function trainContext(spec: TrainSpec, device: DeviceId, context: JobContext): TrainContext {
  const { signal, finish, temporaryFolder, progress, log, metric } = context
  const seed = new Pcg32(spec.seed, 0).nextUint32() || 1
  const threads = Math.min(8, availableParallelism())
  return { signal, finish, seed, threads, device, temporaryFolder, progress, log, metric }
}

function exportModel(fitted: FittedModel, signature: Signature): Uint8Array {
  const graph = new GraphBuilder()
  const answer = fitted.toGraph(graph, addInputs(graph, signature))
  const name = signature.outputs.probabilities ?? signature.outputs.value!
  graph.node('Identity', [answer], {}, name)
  graph.output(name, 'float32', ['N', Math.max(1, signature.classes.length)])
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
    positive: spec.positive,
    metrics,
    imported: null,
  }
  const contract = makeContract(
    signature,
    raw.columns.filter(({ name }) => ignored.includes(name)),
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
    const exported = await predictor.predictTable(selectRows(raw, rows), signal)
    const width = own.length / rows.length
    const scale = (value: number) => (predictor.signature.classes.length ? 1 : Math.max(1, Math.abs(value)))
    for (let i = 0; i < own.length; i += 1) {
      const difference = Math.abs(exported[i]! - own[i]!) / scale(own[i]!)
      if (difference <= goldenTolerance) continue
      throw new AppError(
        'parity-failed',
        `The exported model answers row ${rows[Math.floor(i / width)]! + 1} otherwise than the trained one: ${exported[i]} instead of ${own[i]}`,
        { mend: 'Report this with the dataset, if you may: it is a defect of Lathe.' },
      )
    }
  } finally {
    await predictor.close()
  }
}

async function writePredictions(
  file: string,
  rows: Int32Array,
  truth: Float64Array,
  answers: Float32Array,
): Promise<void> {
  const width = answers.length / rows.length
  const names = width === 1 ? ['value'] : Array.from({ length: width }, (_, k) => `p${k}`)
  const table: Table = {
    rows: rows.length,
    columns: [
      { name: 'row', type: 'integer', kind: 'numeric', values: Float64Array.from(rows) },
      { name: 'truth', type: 'number', kind: 'numeric', values: truth },
      ...names.map((name, k) => ({
        name,
        type: 'number' as const,
        kind: 'numeric' as const,
        values: Float64Array.from(rows, (_, i) => answers[i * width + k]!),
      })),
    ],
  }
  const writer = await createTableWriter(file, table.columns)
  await writer.append(table)
  await writer.close()
}

function pick(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => values[row]!)
}

/** SHA-256 over the dataset version and the row indices: equal for the very same test rows. */
function digestRows(datasetSha256: string, rows: Int32Array): string {
  return createHash('sha256')
    .update(datasetSha256)
    .update(Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength))
    .digest('hex')
}

function onCpu({ deviceReason, devices }: Algorithm): Placement[] {
  const reasons = devices.length === 1 ? [deviceReason] : []
  return [{ provider: 'cpu', operatorShare: 1, timeShare: 1, reasons }]
}
