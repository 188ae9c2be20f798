import { pathTo } from '../../components/router.ts'

/** What the address of the room says: `/compare?runs=A,B&axis=name&axis=name`. */
export interface ComparePlace {
  /** Ids of the chosen runs, the baseline first. */
  runs: string[]
  /** Names of axes in the order that a person gave them; others follow as they are. */
  axes: string[]
}

export function readPlace(search: URLSearchParams): ComparePlace {
  const runs = (search.get('runs') ?? '').split(',').filter(Boolean)
  return { runs: [...new Set(runs)], axes: [...new Set(search.getAll('axis'))] }
}

export function addressOf({ runs, axes }: ComparePlace): string {
  const search = [
    ...(runs.length ? [`runs=${runs.map(encodeURIComponent).join(',')}`] : []),
    ...axes.map(name => `axis=${encodeURIComponent(name)}`),
  ]
  return `${pathTo('compare')}${search.length ? `?${search.join('&')}` : ''}`
}
