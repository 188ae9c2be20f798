import { AppError } from '../../../shared/errors.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { TableColumn } from '../../../shared/inference/table.ts'
import type { Evaluation } from '../../../shared/model/model.ts'
import type { DeviceChoice } from '../../../shared/model/run.ts'
import { readTable } from '../datasets/index.ts'
import { evaluate } from '../evaluation/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { openModel } from './open-model.ts'

export interface EvaluateInput {
  model: string
  version: number
  dataset: string
  datasetVersion: number
  /** Of the dataset version. */
  sha256: string
  /** Absolute. */
  parquetFile: string
  /** Null for the one that the model was trained for. */
  target: string | null
  device: DeviceChoice
}
export type EvaluateOutput = Pick<Evaluation, 'rows' | 'device' | 'metrics' | 'intervals' | 'seconds'>

/** Metrics of a model on all rows of a dataset version that have a target. */
export const evaluateModel: JobFunction<EvaluateInput, EvaluateOutput> = async (input, context) => {
  const start = performance.now()
  const { signal } = context
  context.progress(null, 'opening the model')
  const { predictor, device } = await openModel(input.device, context)
  try {
    const { signature, bundle } = predictor
    if (bundle.provenance.dataset?.sha256 === input.sha256) {
      context.log('The model was trained on rows of this very dataset version: these metrics flatter it', 'warn')
    }
    const target = input.target ?? signature.target
    if (target === null || signature.task === null) {
      throw new AppError('bad-input', `The model ${input.model}:${input.version} does not say what it predicts`, {
        mend: 'Name the column with --target.',
      })
    }
    const names = signature.columns.map(({ name }) => name)
    const table = await readTable(input.parquetFile, { columns: [...names, target], signal })
    const truth = truthOf(table.columns.at(-1)!, signature)
    const rows = Int32Array.from(truth.keys()).filter(row => !Number.isNaN(truth[row]))
    if (!rows.length) throw new AppError('bad-data', `The target "${target}" is missing in all ${table.rows} rows`)
    context.progress(0.2, 'scoring')
    const predictions = await predictor.predictTable(selectRows(table, rows), signal)
    context.progress(0.6, 'measuring')
    const { metrics, intervals } = await evaluate({
      ...{ task: signature.task, classes: signature.classes, predictions, seed: 0, signal },
      truth: Float64Array.from(rows, row => truth[row]!),
    })
    return { rows: rows.length, device, metrics, intervals, seconds: (performance.now() - start) / 1000 }
  } finally {
    await predictor.close()
  }
}

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
  if (!classes.length) return column.values
  const labelOf = (value: number) => (column.type === 'boolean' ? String(value !== 0) : String(value))
  return column.values.map(value => (Number.isNaN(value) ? Number.NaN : placeOf(labelOf(value))))
}
