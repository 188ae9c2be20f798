import { AppError } from '../../../shared/errors.ts'
import type { Provenance } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { ForecastRequest } from '../../../shared/model/forecast.ts'
import {
  isWithoutTarget,
  Parameters,
  type RecalibrationMethod,
  type SplitBy,
  type TaskChoice,
  taskChoiceOf,
} from '../../../shared/model/run.ts'
import { columnsOf } from '../training/index.ts'

/** How a model version was made: what is done again on newer rows. */
export interface Recipe {
  algorithm: string
  parameters: Parameters
  target: string
  seed: number
  splitColumn: string | null
  splitBy: SplitBy
  positive: string | null
  exclude: string[]
  distinctRows: boolean
  sampleRows: number | null
  task: TaskChoice
  recalibration: RecalibrationMethod | null
  refit: boolean
  /** Of what takes the last values of a series; jobs that waited since before do not say. */
  forecast?: ForecastRequest | null
}

/** The recipe in a bundle's provenance. Throws `unsupported` for a model that was not trained here. */
export function recipeOf(model: string, provenance: Provenance, signature: Signature): Recipe {
  const { algorithm, target, seed, splitColumn, splitBy, positive, exclude, distinctRows } = provenance
  const parameters = Parameters.safeParse(provenance.parameters)
  if (!provenance.imported && isWithoutTarget(signature.task) && !(target && signature.task === 'anomaly')) {
    throw new AppError('unsupported', `${model} learned without a target: nothing says whether a new one is better`, {
      mend: 'Train on the newer rows with `lathe train`, look at what it finds, and move the alias by hand.',
    })
  }
  const task = signature.task && taskChoiceOf(signature.task)
  if (!algorithm || !target || !task || provenance.imported || !parameters.success) {
    throw new AppError('unsupported', `${model} was imported as a file: it has no recipe that could be repeated`, {
      mend: 'Train a model on the dataset with `lathe train`, and register it under this name.',
    })
  }
  return {
    algorithm,
    parameters: parameters.data,
    target,
    seed: seed ?? 0,
    splitColumn,
    splitBy,
    positive,
    exclude,
    distinctRows,
    sampleRows: provenance.sampleRows ?? null,
    task,
    recalibration: provenance.recalibration ?? null,
    refit: provenance.refit ?? false,
    forecast: provenance.forecast ?? null,
  }
}

/** Throws `bad-data` naming the columns that the recipe needs and the dataset version lacks or holds as another kind. */
export function checkDataset(version: DatasetVersion, recipe: Recipe, signature: Signature): void {
  const types = new Map(version.columns.map(column => [column.name, column.type]))
  const place = `${version.dataset}:${version.version}`
  const { forecast } = recipe
  // What a forecast takes is made of these.
  const made = forecast ? columnsOf(forecast) : null
  const features = made ?? signature.columns.map(column => column.name)
  const needed = [...features, recipe.target, ...(recipe.splitColumn ? [recipe.splitColumn] : [])]
  const lacking = needed.filter(name => !types.has(name))
  if (lacking.length) {
    throw new AppError('bad-data', `The dataset ${place} lacks ${list(lacking)}, which the model was trained on`, {
      mend: 'Import data with the same columns, or train a new model on this dataset.',
      details: { columns: lacking },
    })
  }
  const changed = signature.columns.filter(
    ({ name, type }) => features.includes(name) && (type === 'text') !== (types.get(name) === 'text'),
  )
  if (changed.length) {
    const [first] = changed
    throw new AppError(
      'bad-data',
      `In the dataset ${place} the column "${first!.name}" is ${types.get(first!.name)}, the model was trained on ${first!.type}`,
      { mend: `Import it again with --type "${first!.name}=${first!.type}".` },
    )
  }
}

function list(names: string[]): string {
  const shown = names.slice(0, 5).map(name => `"${name}"`)
  return `the column${names.length > 1 ? 's' : ''} ${shown.join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`
}
