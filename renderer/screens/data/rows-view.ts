import type { RowFilter, RowOrder } from '../../../shared/model/dataset.ts'
import { rowOperators } from '../../../shared/model/dataset.ts'

/** Which rows are shown, as the address of a dataset says it. */
export interface RowsView {
  where: RowFilter[]
  order: RowOrder | null
  repeated: boolean
  /** Places in the file, from 0, of the rows that are shown alone; what is asked about comes first. All when empty. */
  among: number[]
}

const isOperator = (text: string): text is RowFilter['operator'] => (rowOperators as readonly string[]).includes(text)

function parseFilter(text: string): RowFilter[] {
  try {
    const [column, operator, value] = JSON.parse(text) as unknown[]
    if (typeof column !== 'string' || typeof operator !== 'string' || !isOperator(operator)) return []
    return [{ column, operator, ...(typeof value === 'string' ? { value } : {}) }]
  } catch {
    return []
  }
}

/** What does not make sense in an address is left out. */
export function parseView(search: URLSearchParams): RowsView {
  const column = search.get('order')
  return {
    where: search.getAll('where').flatMap(parseFilter),
    order: column === null ? null : { column, isDescending: search.get('down') === '1' },
    repeated: search.get('repeated') === '1',
    among: search.getAll('row').flatMap(row => (/^[1-9]\d{0,9}$/.test(row) ? Number(row) - 1 : [])),
  }
}

/** The address's parameters with another view in them. */
export function withView(search: URLSearchParams, { where, order, repeated, among }: RowsView): URLSearchParams {
  const next = new URLSearchParams(search)
  for (const name of ['where', 'order', 'down', 'repeated', 'row']) next.delete(name)
  for (const { column, operator, value } of where) {
    next.append('where', JSON.stringify(value === undefined ? [column, operator] : [column, operator, value]))
  }
  if (order) next.set('order', order.column)
  if (order?.isDescending) next.set('down', '1')
  if (repeated) next.set('repeated', '1')
  for (const place of among) next.append('row', String(place + 1))
  return next
}

/** Ascending, then descending, then as in the file. */
export function nextOrder(order: RowOrder | null, column: string): RowOrder | null {
  if (order?.column !== column) return { column, isDescending: false }
  return order.isDescending ? null : { column, isDescending: true }
}
