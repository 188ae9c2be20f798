import type { ReactNode } from 'react'
import { texts } from './texts.ts'

export interface Column<Item> {
  title: string
  isNumber?: boolean
  cell(item: Item): ReactNode
  /** The whole text, shown when the cell cuts it short. */
  text?(item: Item): string
}

export interface ListProps<Item> {
  label: string
  /** Null while the engine has not answered. */
  items: Item[] | null
  columns: Column<Item>[]
  keyOf(item: Item): string
  isChosen?(item: Item): boolean
  /** Shown when there are none: what to do next. */
  empty: ReactNode
}

export function List<Item>({ label, items, columns, keyOf, isChosen, empty }: ListProps<Item>) {
  if (items === null) return <p className="empty">{texts.asking}</p>
  if (items.length === 0) return typeof empty === 'string' ? <p className="empty">{empty}</p> : empty
  // A scrolling region must be reachable by keyboard.
  return (
    <section className="scroll" aria-label={texts.tableOf(label)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {columns.map(column => (
              <th key={column.title} scope="col" className={column.isNumber ? 'number' : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map(item => (
            <tr key={keyOf(item)} className={isChosen?.(item) ? 'chosen' : undefined}>
              {columns.map(column => (
                <td key={column.title} className={column.isNumber ? 'number' : undefined} title={column.text?.(item)}>
                  {column.cell(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
