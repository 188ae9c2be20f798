import type { AlgorithmInfo } from '../../../shared/contract/runs.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { Folds, type Parameters, type Run, SampleRows, SplitBy, type TrainRequest } from '../../../shared/model/run.ts'

/** What the form is filled in with at first. */
export interface Wanted extends Partial<Omit<TrainRequest, 'algorithm' | 'parameters' | 'dataset'>> {
  /** `name` or `name:3`. */
  dataset: string | null
  /** The usual ones when left out. */
  algorithms?: string[]
  /** By algorithm. */
  parameters?: Record<string, Parameters>
  /** Nothing is to be foretold: what is unlike the rest, or which rows are alike. */
  withoutTarget?: boolean
  /** The run that is trained again. */
  repeats?: Run
}

/** What the address says: `?dataset=NAME&target=T&no-target=1&exclude=a&exclude=b&distinct=1&sample=500000&split=S&by=group&folds=5&seed=1`. */
export function wantedByAddress(search: URLSearchParams): Wanted {
  const [target, splitColumn] = [search.get('target'), search.get('split')]
  const splitBy = SplitBy.safeParse(search.get('by'))
  const folds = Folds.safeParse(search.get('folds') || undefined)
  const sampleRows = SampleRows.safeParse(search.get('sample') || undefined)
  return {
    dataset: search.get('dataset'),
    exclude: search.getAll('exclude'),
    distinctRows: search.get('distinct') === '1',
    seed: Number(search.get('seed')) || 0,
    ...(search.get('no-target') === '1' ? { withoutTarget: true } : {}),
    ...(target === null ? {} : { target }),
    ...(splitColumn === null ? {} : { splitColumn }),
    ...(splitBy.success ? { splitBy: splitBy.data } : {}),
    ...(folds.success ? { folds: folds.data } : {}),
    ...(sampleRows.success ? { sampleRows: sampleRows.data } : {}),
  }
}

/** A run's own request, on the dataset version that the engine chose for it. */
export function wantedByRun(request: TrainRequest & { algorithm: string }, run: Run): Wanted {
  const { algorithm, parameters, ...same } = request
  const wanted = { ...same, algorithms: [algorithm], parameters: { [algorithm]: parameters }, repeats: run }
  return same.target === undefined ? { ...wanted, withoutTarget: true } : wanted
}

/** Columns that a request names and the dataset version lacks. */
export function lackingColumns(
  { target, splitColumn, exclude, forecast }: Wanted,
  { columns }: Pick<DatasetVersion, 'columns'>,
): string[] {
  const { time, series, known = [], past = [] } = forecast ?? {}
  const named = [target, splitColumn, ...(exclude ?? []), time, series, ...known, ...past].filter(
    name => name !== undefined,
  )
  return [...new Set(named)].filter(name => columns.every(column => column.name !== name))
}

/** Of the parameters given those that say something else than the algorithm's own defaults. */
export function changedParameters({ parameters }: Pick<AlgorithmInfo, 'parameters'>, given: Parameters): Parameters {
  const defaults = new Map(parameters.map(declared => [declared.name, JSON.stringify(declared.default)]))
  return Object.fromEntries(
    Object.entries(given).filter(([name, value]) => defaults.get(name) !== JSON.stringify(value)),
  )
}
