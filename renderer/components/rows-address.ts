import type { RowFilter } from '../../shared/model/dataset.ts'
import { pathTo } from './router.ts'

/** Where the Data room shows the rows of a dataset version that these conditions let through. */
export function rowsAddress(dataset: string, version: number, where: readonly RowFilter[]): string {
  const search = new URLSearchParams({ version: String(version) })
  for (const { column, operator, value } of where) {
    search.append('where', JSON.stringify(value === undefined ? [column, operator] : [column, operator, value]))
  }
  return `${pathTo('data', dataset)}?${search}`
}
