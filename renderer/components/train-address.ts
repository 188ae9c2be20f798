import { pathTo } from './router.ts'

/** The Train room with its form filled in; each excluded column is a parameter of its own, since names may hold anything. */
export function trainAddress(wanted: { dataset: string; target: string | null; exclude?: string[] }): string {
  const search = new URLSearchParams({ dataset: wanted.dataset })
  if (wanted.target !== null) search.set('target', wanted.target)
  for (const column of wanted.exclude ?? []) search.append('exclude', column)
  return `${pathTo('train')}?${search}`
}

/** The Train room with its form filled in as a run was asked for; `endpoint` is the one whose drift is the reason. */
export function retrainAddress(run: string, endpoint?: string): string {
  const search = new URLSearchParams({ from: run, ...(endpoint === undefined ? {} : { endpoint }) })
  return `${pathTo('train')}?${search}`
}
