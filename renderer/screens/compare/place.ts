import { pathTo } from '../../components/router.ts'

/** What the address of the room says: `/compare?runs=A,B&axis=name&axis=name&filter=…&sort=auc&columns=all`. */
export interface ComparePlace {
  /** Ids of the chosen runs, the baseline first. */
  runs: string[]
  /** Names of axes in the order that a person gave them; others follow as they are. */
  axes: string[]
  /** Of the table of runs. */
  filter: string
  /** The metric whose best come first; null for the newest first. */
  sort: string | null
  hasAllColumns: boolean
}

export function readPlace(search: URLSearchParams): ComparePlace {
  const runs = (search.get('runs') ?? '').split(',').filter(Boolean)
  return {
    runs: [...new Set(runs)],
    axes: [...new Set(search.getAll('axis'))],
    filter: search.get('filter') ?? '',
    sort: search.get('sort'),
    hasAllColumns: search.get('columns') === 'all',
  }
}

export function addressOf({ runs, axes, filter, sort, hasAllColumns }: Partial<ComparePlace>): string {
  const search = [
    ...(runs?.length ? [`runs=${runs.map(encodeURIComponent).join(',')}`] : []),
    ...(axes ?? []).map(name => `axis=${encodeURIComponent(name)}`),
    ...(filter ? [`filter=${encodeURIComponent(filter)}`] : []),
    ...(sort ? [`sort=${encodeURIComponent(sort)}`] : []),
    ...(hasAllColumns ? ['columns=all'] : []),
  ]
  return `${pathTo('compare')}${search.length ? `?${search.join('&')}` : ''}`
}
