import type { AlgorithmInfo } from '../../../shared/contract/runs.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Parameters, Run, Suspect, TrainRequest } from '../../../shared/model/run.ts'

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

/** What the address says: `?dataset=NAME&target=T&exclude=a&exclude=b`. */
export function wantedByAddress(search: URLSearchParams): Wanted {
  const target = search.get('target')
  return {
    dataset: search.get('dataset'),
    exclude: search.getAll('exclude'),
    ...(target === null ? {} : { target }),
  }
}

/** A run's own request, on the dataset version that the engine chose for it. */
export function wantedByRun(request: TrainRequest & { algorithm: string }, run: Run): Wanted {
  const { algorithm, parameters, ...same } = request
  const wanted = { ...same, algorithms: [algorithm], parameters: { [algorithm]: parameters }, repeats: run }
  return same.target === undefined ? { ...wanted, withoutTarget: true } : wanted
}

/** What is asked for otherwise when a run is doubted and trained again. */
export interface Change {
  /** Columns to leave out, besides those that are. */
  exclude?: string[]
  /** Each row once. */
  distinctRows?: boolean
  /** All rows instead of a sample. */
  everyRow?: boolean
  /** A column whose groups are to stay together. */
  group?: string
}

/** The way out of a doubt. */
export function wayOut({ kind, column }: Pick<Suspect, 'kind' | 'column'>): Change {
  if (column === null) return { distinctRows: true }
  return kind === 'split-group' ? { group: column } : { exclude: [column] }
}

/** Several changes as one; rows are kept together by one column only, the first. */
export function allChanges(changes: readonly Change[]): Change {
  const exclude = [...new Set(changes.flatMap(change => change.exclude ?? []))]
  const group = changes.find(change => change.group !== undefined)?.group
  return {
    ...(exclude.length > 0 ? { exclude } : {}),
    ...(changes.some(({ distinctRows }) => distinctRows) ? { distinctRows: true } : {}),
    ...(changes.some(({ everyRow }) => everyRow) ? { everyRow: true } : {}),
    ...(group === undefined ? {} : { group }),
  }
}

/** A request with a change: all else stays as it was asked for. */
export function changedRequest<Request extends TrainRequest>(request: Request, change: Change): Request {
  const { exclude = [], distinctRows, everyRow, group } = change
  const stays = (column: string) => !exclude.includes(column)
  const { forecast } = request
  const { known, past } = forecast ?? {}
  return {
    ...request,
    exclude: [...new Set([...request.exclude, ...exclude])],
    ...(distinctRows ? { distinctRows } : {}),
    ...(everyRow ? { sampleRows: undefined } : {}),
    ...(group === undefined ? {} : { splitColumn: group, splitBy: 'group' }),
    ...(forecast ? { forecast: { ...forecast, known: known?.filter(stays), past: past?.filter(stays) } } : {}),
  }
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
