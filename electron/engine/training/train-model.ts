import { availableParallelism } from 'node:os'
import { AppError } from '../../../shared/errors.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import {
  type DeviceChoice,
  type DeviceId,
  isWithoutTarget,
  type Parameters,
  type RecalibrationMethod,
  type Run,
  type SplitBy,
  type Task,
  type TaskChoice,
} from '../../../shared/model/run.ts'
import type { JobContext } from '../jobs/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import { chooseDevice, probeDevices } from '../runtime/index.ts'
import type { Algorithm, TrainContext } from './algorithm.ts'
import { algorithms } from './algorithms/index.ts'
import { TrainingCheckpoint, workOf } from './checkpoint.ts'
import { crossValidate } from './cross-validate.ts'
import type { BaseModel } from './fine-tune/base-model.ts'
import { answer, finishTraining } from './finish-training.ts'
import { fitModel } from './forecast/on-top-of.ts'
import { type Prepared, prepareTraining } from './prepare.ts'
import { recalibrated } from './recalibrate/recalibrated.ts'
import { answersTo, refit } from './refit.ts'

const threads = Math.min(8, availableParallelism())

/** All that a training depends on; the same spec gives the same model on the same machine. */
export interface TrainSpec {
  dataset: { name: string; version: number; sha256: string }
  /** Absolute. */
  parquetFile: string
  /** Null for what learns without one. */
  target: string | null
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
  task: TaskChoice | null
  exclude: string[]
  distinctRows: boolean
  /** Drawn from all rows before they are split; absent or null for all. */
  sampleRows?: number | null
  /** How its probabilities are put right behind the model; null for as they come. */
  recalibration: RecalibrationMethod | null
  /** Whether it is fitted once more in the end, to training and validation rows together; absent for not. */
  refit?: boolean
  /** Absent where nothing is foretold. */
  forecast?: ForecastRequest | null
  /** Of a fine-tuning: the model that it goes on from. */
  base?: BaseModel
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
  | 'findings'
  | 'seconds'
>

/**
 * Reads, splits, fits, exports, holds the export against the fitted model on every test row, and measures. Throws `bad-data` for data
 * that nothing can be learned from, `parity-failed` when the exported model answers otherwise than the fitted one.
 */
export async function trainModel(spec: TrainSpec, context: JobContext): Promise<Trained> {
  const { signal } = context
  const checkpoint = new TrainingCheckpoint(workOf(spec, threads), context)
  const algorithm = algorithms.get(spec.algorithm)
  context.progress(null, 'reading')
  checkpoint.device ??= await pickDevice(algorithm, spec, signal)
  const prepared = await prepareTraining(spec, signal)
  const { raw, data, target, split } = prepared
  refuseOtherTask(algorithm, spec.target, target.task)
  if (spec.refit) refuseRefit(prepared)
  if (!isWithoutTarget(target.task) && !prepared.frame) context.progress(null, 'looking for what knows the answer')
  prepared.suspects()
  const { device } = checkpoint
  const folded = await crossValidate(
    raw,
    { algorithm, dataOf: prepared.dataOf, spec, target, split, frame: prepared.frame },
    trainContext(spec, device.device, { ...context, metric: checkpoint.metric }),
    checkpoint,
  )
  const fitted = await fitModel(algorithm, data, spec.parameters, folded.rest)
  signal.throwIfAborted()
  context.progress(null, 'exporting')
  const first = await answer(prepared, fitted, device)
  const fits = folded.unlearned && answersTo(split.validation, folded.unlearned) && folded.unlearned
  const alone = { parts: [split.validation], answers: [first.validation], settled: fitted.settled ?? null }
  const last =
    spec.refit &&
    (await refit(
      prepared,
      { ...spec, algorithm },
      fits ?? alone,
      { ...folded.rest, checkpoint: undefined, metric() {} },
      device,
    ))
  if (spec.refit && !last)
    first.warnings.push(`${algorithm.name} needs the validation rows to stop by: it did not learn from them`)
  const answered = recalibrated(prepared, last || first, spec.recalibration)
  const trained = await finishTraining(prepared, spec, answered, folded, context)
  if (context.finish.aborted) trained.warnings.push('It was stopped by hand: what was best until then was kept')
  return { ...trained, seconds: checkpoint.seconds }
}

/** Throws `bad-input` for an algorithm that does not learn this. */
export function refuseOtherTask({ id, tasks }: Algorithm, column: string | null, task: Task): void {
  if (tasks.includes(task)) return
  const learns = tasks.includes('regression') ? 'numbers' : 'classes'
  const held = task === 'regression' ? 'numbers' : 'classes'
  const others = algorithms.entries.filter(each => each.tasks.includes(task)).map(each => each.id)
  throw new AppError('bad-input', `${id} learns ${learns}, and "${column}" holds ${held}`, {
    mend: `Use one of ${others.join(', ')}, or say --task.`,
  })
}

/** Throws `bad-input` where the validation rows have a use of their own, or none. */
function refuseRefit({ frame, target }: Pick<Prepared, 'frame' | 'target'>): void {
  if (!frame && !isWithoutTarget(target.task)) return
  throw new AppError(
    'bad-input',
    frame ? 'The intervals of a forecast are told from its validation rows' : 'Without a target nothing is validated',
    {
      mend: 'Leave out --refit.',
    },
  )
}

export async function pickDevice(
  { devices, deviceReason, leastBytes }: Algorithm,
  { device, parameters }: Pick<TrainSpec, 'device'> & { parameters?: Parameters },
  signal?: AbortSignal,
) {
  const float16 = parameters?.precision === 'mixed'
  // Where only the CPU can do the work, there is nothing to probe.
  if ((device === 'cpu' && !float16) || devices.every(each => each === 'cpu')) {
    const warnings =
      device === 'auto' || device === 'cpu' ? [] : [`${device} is not used: ${deviceReason}. The CPU is used.`]
    return { device: 'cpu' as DeviceId, warnings }
  }
  const memoryBytes = parameters && leastBytes?.(parameters)
  return chooseDevice(device, await probeDevices({ signal }), { devices, reason: deviceReason, memoryBytes, float16 })
}

/** What a fit gets of its job; its seed is drawn from the spec's, so that the split has another. */
export function trainContext(
  spec: Pick<TrainSpec, 'seed' | 'base'>,
  device: DeviceId,
  context: Omit<TrainContext, 'seed' | 'threads' | 'device' | 'checkpoint'>,
): TrainContext {
  const { signal, finish, temporaryFolder, progress, log, metric } = context
  const seed = new Pcg32(spec.seed, 0).nextUint32() || 1
  const { base } = spec
  return { signal, finish, seed, threads, device, temporaryFolder, progress, log, metric, ...(base ? { base } : {}) }
}
