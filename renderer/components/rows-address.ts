import type { RowFilter } from '../../shared/model/dataset.ts'
import { pathTo } from './router.ts'

/** Where the Data room shows rows of a dataset version: all, those that the conditions let through, or those at these places in the file, from 0. */
export function rowsAddress(
  dataset: string,
  version: number,
  { where = [], among = [] }: { where?: readonly RowFilter[]; among?: readonly number[] } = {},
): string {
  const search = new URLSearchParams({ version: String(version) })
  for (const { column, operator, value } of where) {
    search.append('where', JSON.stringify(value === undefined ? [column, operator] : [column, operator, value]))
  }
  for (const place of among) search.append('row', String(place + 1))
  return `${pathTo('data', dataset)}?${search}`
}
