import { AppError } from '../../../shared/errors.ts'
import { makeReferenceProfile } from '../../../shared/inference/bins.ts'
import type { ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import { isWithoutTarget, type Suspect } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import type { GraphBuilder } from '../runtime/index.ts'
import type { RawInputs, TrainingData } from './algorithm.ts'
import { type ChosenFeatures, chooseFeatures } from './choose-features.ts'
import { deriveFeatures } from './features/index.ts'
import { divideByOrigin } from './forecast/divide.ts'
import { type Frame, frameSeries } from './forecast/frame.ts'
import { addWindowFeatures } from './forecast/window-features.ts'
import { type Drawn, drawRows } from './sample-rows.ts'
import { addInputs, makeSignature, roundTable } from './signature.ts'
import { type Fold, type Split, splitTable } from './splits/index.ts'
import { dropRepeated, findSuspects, tellingColumns } from './suspects.ts'
import { readTarget, type Target } from './target.ts'
import type { TrainSpec } from './train-model.ts'
import { readWithoutTarget } from './without-target.ts'

/** What a training depends on before anything is chosen to learn it. */
export type DataSpec = Omit<TrainSpec, 'algorithm' | 'parameters'>

/** A table that is read, split and rounded: any number of algorithms can be fitted to it. */
export interface Prepared {
  spec: DataSpec
  raw: Table
  target: Target
  split: Split
  chosen: ChosenFeatures
  signature: Signature
  data: TrainingData
  /** The same of other rows, as of a fold: what is made of the columns is made of its training rows. */
  dataOf(rows: Fold): TrainingData
  /** Training and validation rows together as training rows, and none to validate. */
  whole(): Pick<Prepared, 'data' | 'inputsOf'>
  /** Declares the model's inputs in a graph and adds what is made of them. */
  inputsOf(graph: GraphBuilder): RawInputs
  /** Of a forecast: `raw` is its table. */
  frame: Frame | null
  /** Which rows of the dataset version those of `raw` are; null for all of them. */
  drawn: Drawn | null
  /** Rows that repeat another and were left out. */
  repeated: number
  /** What to doubt about any score on these rows; worked out when first asked. */
  suspects(): Suspect[]
  /** How the columns are spread over the training rows; worked out when first asked. */
  reference(): ReferenceProfile
}

/** A dataset version in memory with its target, its rows parted. */
export type Divided = Pick<Prepared, 'raw' | 'target' | 'split' | 'repeated' | 'frame' | 'drawn'>

/** Throws `bad-data` for a target that nothing can be learned from, and for rows that cannot be parted. */
export async function divideRows(spec: DataSpec, signal?: AbortSignal): Promise<Divided> {
  const drawn = await drawRows(spec, signal)
  const raw = await readTable(spec.parquetFile, { rows: drawn?.rows, signal })
  if (spec.forecast) return divideSeries(raw, spec, spec.forecast)
  const target = targetOf(raw, spec)
  const repeated = spec.distinctRows ? dropRepeated(raw, learnedColumns(raw, spec), target.values) : 0
  return { raw, target, repeated, split: splitTable(raw, spec, target), frame: null, drawn }
}

function divideSeries(table: Table, spec: DataSpec, forecast: ForecastRequest): Divided {
  if (spec.target === null) throw new AppError('bad-input', 'No target is named', { mend: 'Name one with --target.' })
  const frame = frameSeries(table, spec.target, forecast)
  const target: Target = { task: 'regression', classes: [], values: frame.values, missing: 0 }
  return { raw: frame.table, target, repeated: 0, split: divideByOrigin(frame), frame, drawn: null }
}

/** Throws `bad-data` for data that nothing can be learned from. */
export async function prepareTraining(spec: DataSpec, signal?: AbortSignal): Promise<Prepared> {
  const { raw, target, split, repeated, frame, drawn } = await divideRows(spec, signal)
  const slots = spec.base?.signature.inputs.flatMap(({ columns }) => columns)
  const chosen = frame
    ? { features: raw.columns.map(({ name }) => name), ignored: [], warnings: [] }
    : slots
      ? columnsOfBase(raw, slots, spec)
      : chooseFeatures(raw, split.train, spec)
  const { features } = chosen
  const alike = frame?.lags.map(name => ({ name, offset: 0, scale: 1 }))
  const signature = makeSignature(raw, features, target, spec.target, slots ?? alike, frame?.about)
  const { values } = target
  const { task, classes } = isWithoutTarget(target.task)
    ? { task: 'regression' as const, classes: [] }
    : { ...target, task: target.task }
  const { train, validation } = split
  const rounded = roundTable(raw, signature)
  const derive = (rows: Fold) => {
    const offered = learnedColumns(raw, spec)
    const data = { table: rounded, features, offered, task, classes, target: values, ...rows }
    // A base model makes of its columns what it makes of them.
    return deriveFeatures(data, signature, slots ? [] : undefined)
  }
  const derived = derive({ train, validation })
  const windowed = frame && (await addWindowFeatures(derived.data, frame))
  let suspects: Suspect[] | undefined
  let reference: ReferenceProfile | undefined
  return {
    ...{ spec, raw, target, split, chosen, signature, repeated, frame, drawn },
    data: windowed?.data ?? derived.data,
    dataOf: rows => (windowed ? { ...windowed.data, ...rows } : derive(rows).data),
    whole() {
      const rows = { train: Int32Array.from([...train, ...validation]).sort(), validation: new Int32Array() }
      const { data, toGraph } = derive(rows)
      return { data, inputsOf: graph => toGraph(graph, addInputs(graph, signature)) }
    },
    inputsOf(graph) {
      const inputs = derived.toGraph(graph, addInputs(graph, signature))
      return windowed ? windowed.toGraph(graph, inputs) : inputs
    },
    suspects() {
      // Nothing can know an answer that is not learned.
      if (isWithoutTarget(target.task)) return []
      // The past is meant to tell the future; what is said to be known in advance may not be.
      if (frame) return tellingColumns({ table: raw, features: spec.forecast?.known ?? [], target, split })
      const whole = [spec.target ?? '', spec.splitColumn ?? '']
      suspects ??= findSuspects({ table: raw, features, target, split, whole, isByTime: isByTime(spec) })
      return suspects
    },
    reference() {
      reference ??= makeReferenceProfile(signature, raw, new Float32Array(), train)
      return reference
    },
  }
}

const isByTime = ({ splitColumn, splitBy }: DataSpec) => splitColumn !== null && splitBy === 'time'

function targetOf(raw: Table, { target: column, task, positive }: DataSpec): Target {
  if (task === 'anomaly' || task === 'clusters') return readWithoutTarget(raw, task, { column, positive })
  if (column === null) throw new AppError('bad-input', 'No target is named', { mend: 'Name one with --target.' })
  return readTarget(raw, { column, task, positive })
}

/** What the base model takes, whether it varies here or not. */
function columnsOfBase(raw: Table, slots: readonly { name: string }[], { target }: DataSpec): ChosenFeatures {
  const features = slots.map(({ name }) => name)
  const used = new Set([target, ...features])
  const ignored = raw.columns.map(({ name }) => name).filter(name => !used.has(name))
  return { features, ignored, warnings: [] }
}

/** All but the target, the split and the excluded ones. */
export function learnedColumns(raw: Table, { target, splitColumn, exclude }: DataSpec): string[] {
  const left = new Set([target, splitColumn, ...exclude])
  return raw.columns.map(({ name }) => name).filter(name => !left.has(name))
}
