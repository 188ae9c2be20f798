import type { SplitBy } from '../../shared/model/run.ts'
import { pathTo } from './router.ts'

/** The Train room with its form filled in; each excluded column is a parameter of its own, since names may hold anything. */
export function trainAddress(wanted: {
  dataset: string
  target: string | null
  withoutTarget?: boolean
  exclude?: string[]
  distinctRows?: boolean
  sampleRows?: number | null
  splitColumn?: string | null
  splitBy?: SplitBy
  folds?: number
  seed?: number
}): string {
  const search = new URLSearchParams({ dataset: wanted.dataset })
  if (wanted.target !== null) search.set('target', wanted.target)
  if (wanted.withoutTarget) search.set('no-target', '1')
  if (wanted.distinctRows) search.set('distinct', '1')
  if (wanted.sampleRows) search.set('sample', String(wanted.sampleRows))
  if (wanted.splitColumn) {
    search.set('split', wanted.splitColumn)
    search.set('by', wanted.splitBy ?? 'parts')
  }
  if (wanted.folds) search.set('folds', String(wanted.folds))
  if (wanted.seed) search.set('seed', String(wanted.seed))
  for (const column of wanted.exclude ?? []) search.append('exclude', column)
  return `${pathTo('train')}?${search}`
}

/** The Train room with its form filled in as a run was asked for; `endpoint` is the one whose drift is the reason. */
export function retrainAddress(run: string, endpoint?: string): string {
  const search = new URLSearchParams({ from: run, ...(endpoint === undefined ? {} : { endpoint }) })
  return `${pathTo('train')}?${search}`
}
