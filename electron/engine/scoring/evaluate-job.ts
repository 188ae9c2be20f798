import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Provenance } from '../../../shared/inference/bundle.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { TableColumn } from '../../../shared/inference/table.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import type { Evaluation } from '../../../shared/model/model.ts'
import { type DeviceChoice, type DeviceId, isWithoutTarget, type Task } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { alignClasses, comparePaired, evaluate, readPredictions, smallClasses } from '../evaluation/index.ts'
import type { JobContext, JobFunction } from '../jobs/index.ts'
import { openOnDevice, type Predictor } from '../runtime/index.ts'
import { readFramed, refuseOtherForecast, stretchesOf } from '../training/index.ts'
import { callsOtherwise, otherClasses } from './other-classes.ts'

interface Against extends SplitFacts {
  run: string
  task: Task
  target: string | null
  classes: string[]
  predictionsFile: string
  forecast?: ForecastRequest | null
}
/** What decides which rows of a dataset version are tested. */
type SplitFacts = Pick<Provenance, 'splitColumn' | 'splitBy' | 'distinctRows' | 'sampleRows'> & { seed: number }

export interface EvaluateInput {
  /** Both null for the model of a run. */
  model: string | null
  version: number | null
  /** A model from elsewhere, which may call its classes otherwise than the data; jobs that waited since before do not say. */
  isImported?: boolean
  /** Jobs that waited since before do not say. */
  run?: string | null
  dataset: string
  datasetVersion: number
  /** Of the dataset version. */
  sha256: string
  /** Absolute. */
  parquetFile: string
  /** Null for the one that the model was trained for. */
  target: string | null
  device: DeviceChoice
  /** The run whose test rows it is measured on, and held against; null for all rows. */
  against: Against | null
}
export type EvaluateOutput = Pick<
  Evaluation,
  'rows' | 'device' | 'warnings' | 'metrics' | 'intervals' | 'against' | 'seconds'
>

/** With the mend where the rows lack a column of the model: one from elsewhere has names of its own where no dataset gave it others. */
function otherNames(failure: unknown, names: readonly string[]): unknown {
  if (!(failure instanceof AppError) || !names.includes(String(failure.details?.lacks))) return failure
  const mend = 'Import the model again with --dataset, which names its columns, or rename those of the data.'
  return new AppError(failure.code, failure.message, { mend })
}

/** Metrics of a model on all rows of a dataset version that have a target, or on the test rows of a run, beside its answers. */
export const evaluateModel: JobFunction<EvaluateInput, EvaluateOutput> = async (input, context) => {
  const start = performance.now()
  const { signal } = context
  context.progress(null, 'opening the model')
  const folder = join(context.folder, 'in', 'bundle')
  const { predictor, device, warnings } = await openOnDevice(folder, input.device, context)
  try {
    const { signature, bundle } = predictor
    if (isWithoutTarget(signature.task) || isWithoutTarget(input.against?.task ?? null)) {
      throw new AppError(
        'unsupported',
        'What learned without a target is measured where it is trained, not on other rows',
        {
          mend: 'Train on the other dataset, for anomalies with --target naming the labels, and compare the runs.',
        },
      )
    }
    if (input.against)
      return await evaluateAgainst(
        { ...input, against: input.against },
        predictor,
        { device, warnings, start },
        context,
      )
    if (bundle.provenance.dataset?.sha256 === input.sha256) {
      context.log('The model was trained on rows of this very dataset version: these metrics flatter it', 'warn')
    }
    const target = input.target ?? signature.target
    const { isImported = false } = input
    if (target === null || (signature.task === null && !isImported)) {
      throw new AppError(
        'bad-input',
        `The model ${input.run ? `of ${input.run}` : `${input.model}:${input.version}`} does not say what it predicts`,
        {
          mend: 'Name the column with --target.',
        },
      )
    }
    const names = signature.columns.map(({ name }) => name)
    const { forecast } = bundle.provenance
    const framed = forecast && (await readFramed({ ...input, target, forecast }, names, signal))
    const read = () => readTable(input.parquetFile, { columns: [...names, target], signal })
    const table =
      framed?.table ??
      (await read().catch((failure: unknown): never => {
        throw otherNames(failure, names)
      }))
    const column = table.columns.at(-1)!
    const others = isImported && otherClassesIn(column, signature)
    const truth = framed?.values ?? truthOf(column, others ? { ...signature, classes: others } : signature)
    const rows = Int32Array.from(truth.keys()).filter(row => !Number.isNaN(truth[row]))
    if (!rows.length) throw new AppError('bad-data', `The target "${target}" is missing in all ${table.rows} rows`)
    context.progress(0.2, 'scoring')
    const predictions = await predictor.predictTable(selectRows(table, rows), signal)
    const measured = Float64Array.from(rows, row => truth[row]!)
    if (others) {
      const answered = { answers: predictions, truth: measured, classes: others }
      throw otherClasses({ ...answered, signature }, { model: `${input.model}:${input.version}`, target })
    }
    if (signature.task === null) throw new Error('A model without a task is measured by no metric')
    context.progress(0.6, 'measuring')
    const { task, classes } = signature
    const { metrics, intervals } = await evaluate({
      ...{ task, classes, truth: measured, predictions, seed: 0, signal },
      ...(framed ? { together: stretchesOf(framed.frame, rows) } : {}),
    })
    warnings.push(...smallClasses(task, classes, measured))
    const seconds = (performance.now() - start) / 1000
    return { rows: rows.length, device, warnings, metrics, intervals, against: null, seconds }
  } finally {
    await predictor.close()
  }
}

/** Throws `not-comparable` for a model that learned from the same rows by another split: some of the run's test rows are among them. */
function refuseLearned(run: Against, model: Provenance, sha256: string): void {
  if (model.dataset?.sha256 !== sha256) return
  const isSame =
    model.seed === run.seed &&
    model.splitColumn === run.splitColumn &&
    (model.splitColumn === null || model.splitBy === run.splitBy) &&
    model.distinctRows === run.distinctRows &&
    model.sampleRows === run.sampleRows &&
    model.forecast?.horizon === run.forecast?.horizon
  if (isSame) return
  throw new AppError('not-comparable', `The model learned from rows that the run ${run.run} is tested on`, {
    mend: 'Hold it against a run with the same split, or evaluate both on other data.',
  })
}

/** Throws `not-comparable` for a model that answers another kind of question than the run. */
async function evaluateAgainst(
  input: EvaluateInput & { against: Against },
  predictor: Predictor,
  { device, warnings, start }: { device: DeviceId; warnings: string[]; start: number },
  { signal, progress }: Pick<JobContext, 'signal' | 'progress'>,
): Promise<EvaluateOutput> {
  const { against, parquetFile, sha256 } = input
  const { run, task, classes, predictionsFile } = against
  const { signature, bundle } = predictor
  refuseLearned(against, bundle.provenance, sha256)
  refuseOtherForecast(bundle.provenance.forecast ?? null, against.forecast ?? null)
  const isValue = (each: Task | null) => each === 'regression' || each === null
  const isOther = input.isImported === true && classes.length > 0 && callsOtherwise(signature, classes)
  if (signature.target !== null && signature.target !== against.target) {
    throw new AppError(
      'not-comparable',
      `The run ${run} predicts "${against.target}", the model "${signature.target}"`,
      {
        mend: 'Hold it against a run that answers the same question.',
      },
    )
  }
  if (isValue(task) !== isValue(signature.task) && !isOther) {
    throw new AppError(
      'not-comparable',
      `The run ${run} predicts ${isValue(task) ? 'values' : 'classes'}, the model does not`,
      {
        mend: 'Hold it against a run that answers the same question.',
      },
    )
  }
  const recorded = await readPredictions(predictionsFile, { task, classCount: classes.length, signal })
  const names = signature.columns.map(({ name }) => name)
  const { forecast } = against
  const framed = forecast && (await readFramed({ parquetFile, target: signature.target!, forecast }, names, signal))
  const table = framed ? framed.table : await readTable(parquetFile, { columns: names, signal })
  progress(0.2, 'scoring')
  const predicted = await predictor.predictTable(selectRows(table, Int32Array.from(recorded.row)), signal)
  if (isOther) {
    const answered = { answers: predicted, truth: recorded.truth, classes, signature }
    throw otherClasses(answered, { model: `${input.model}:${input.version}`, target: against.target! })
  }
  const candidate = alignClasses(predicted, signature.classes, classes)
  progress(0.5, 'measuring')
  const { truth, together, foretold } = recorded
  const measured = { task, classes, truth, together, seed: 0, signal }
  // The intervals are those of the run: an older model has none for these rows.
  const own = foretold && { scale: foretold.scale }
  const { metrics, intervals } = await evaluate({ ...measured, predictions: candidate, foretold: own })
  const differences = await comparePaired({
    ...measured,
    ...{ baseline: recorded.predictions, candidate, foretold: [foretold, own] },
  })
  warnings.push(...smallClasses(task, classes, truth))
  if (input.isImported) warnings.push('What it learned from is not known: test rows that are among it flatter it')
  const seconds = (performance.now() - start) / 1000
  return { rows: recorded.row.length, device, warnings, metrics, intervals, against: { run, differences }, seconds }
}

/**
 * The classes of a target, sorted, where a model from elsewhere calls its own otherwise; null where it knows them, predicts a value, or the target
 * holds too much to be classes.
 */
function otherClassesIn(column: TableColumn, signature: Signature): string[] | null {
  if (column.kind !== 'text' && signature.task === 'regression') return null
  const labelOf = (value: number) => (column.kind === 'text' ? column.dictionary[value]! : labelOfNumber(column, value))
  const values = column.kind === 'text' ? column.codes : column.values
  const held = new Set<number>()
  for (const value of values) if (!Number.isNaN(value) && !(column.kind === 'text' && value < 0)) held.add(value)
  const labels = [...held].map(labelOf).sort()
  if (labels.every(label => signature.classes.includes(label))) return null
  return labels.length && callsOtherwise(signature, labels) ? labels : null
}

const labelOfNumber = ({ type }: TableColumn, value: number) =>
  type === 'boolean' ? String(value !== 0) : String(value)

/** Class indices in the model's order, or values; NaN where missing. Throws `bad-data` for a class that the model does not know. */
function truthOf(column: TableColumn, { classes }: Signature): Float64Array {
  const known = new Map(classes.map((label, place) => [label, place]))
  const placeOf = (label: string): number => {
    const place = known.get(label)
    if (place !== undefined) return place
    throw new AppError(
      'bad-data',
      `The target "${column.name}" holds the class ${JSON.stringify(label)}, which the model does not know`,
      { mend: `It knows ${classes.slice(0, 10).join(', ')}. Train a new model on this dataset.` },
    )
  }
  if (column.kind === 'text') {
    if (!classes.length)
      throw new AppError('bad-data', `The target "${column.name}" is text, and the model predicts a number`)
    // Only of values that rows have: a dictionary may hold more.
    const places = new Map<number, number>()
    return Float64Array.from(column.codes, code => {
      if (code < 0) return Number.NaN
      let place = places.get(code)
      if (place === undefined) {
        place = placeOf(column.dictionary[code]!)
        places.set(code, place)
      }
      return place
    })
  }
  if (!classes.length) return Float64Array.from(column.values)
  return Float64Array.from(column.values, value =>
    Number.isNaN(value) ? Number.NaN : placeOf(labelOfNumber(column, value)),
  )
}
