import './rows.css'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnProfile, DatasetVersion } from '../../../shared/model/dataset.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, usePlace } from '../../components/router.ts'
import { useTallScroll } from '../../components/use-tall-scroll.ts'
import { RowsFilter } from './rows-filter.tsx'
import { nextOrder, parseView, type RowsView, withView } from './rows-view.ts'
import { texts } from './texts.ts'
import { type Cell, useRows } from './use-rows.ts'

/** In pixels; the style holds rows and columns to them. */
const rowHeight = 25
const headHeight = 29
const columnWidth = 140
const placeWidth = 84
const mostHeight = 420
/** At the most; where there is none it is a margin. */
const scrollbar = 17

/** All rows of a version, filtered and sorted by the engine; only what is in sight is in the page. */
export function RowsPanel({ version }: { version: DatasetVersion }) {
  const { path, search } = usePlace()
  const asText = search.toString()
  const view = useMemo(() => parseView(new URLSearchParams(asText)), [asText])
  const show = (next: RowsView) =>
    go(`/${['data', ...path].map(encodeURIComponent).join('/')}?${withView(search, next)}`, { replace: true })
  return <Rows version={version} view={view} show={show} />
}

function Rows({ version, view, show }: { version: DatasetVersion; view: RowsView; show(view: RowsView): void }) {
  const { columns } = version
  const box = useRef<HTMLElement>(null)
  const [left, setLeft] = useState(0)
  const [known, setKnown] = useState(version.rows)
  const scroll = useTallScroll(box, known, rowHeight, headHeight)
  const names = useMemo(() => columns.map(({ name }) => name), [columns])
  const firstColumn = Math.max(0, Math.floor(left / columnWidth) - 1)
  const columnCount = Math.min(columns.length - firstColumn, Math.ceil(scroll.width / columnWidth) + 3)
  const reference = `${version.dataset}:${version.version}`
  const rows = useRows(reference, names, view, scroll, { first: firstColumn, count: columnCount })
  const total = rows.total ?? known
  if (total !== known) setKnown(total)

  const keys: Record<string, () => void> = {
    ArrowDown: () => scroll.by(1),
    ArrowUp: () => scroll.by(-1),
    PageDown: () => scroll.by(Math.floor(scroll.body / rowHeight) - 1),
    PageUp: () => scroll.by(1 - Math.floor(scroll.body / rowHeight)),
    Home: () => scroll.toRow(0),
    End: () => scroll.toRow(total),
  }
  const pressed = (event: KeyboardEvent) => {
    const move = event.target === box.current ? keys[event.key] : undefined
    if (!move) return
    event.preventDefault()
    move()
  }
  const shownColumns = columns.slice(firstColumn, firstColumn + columnCount)
  const before = firstColumn * columnWidth
  const places = Array.from({ length: scroll.count }, (_, i) => scroll.first + i)
  const isAll = view.where.length === 0 && !view.repeated && view.among.length === 0
  // Who comes for some rows wants to see them, and not the columns' profiles above.
  const [isSought] = useState(!isAll)
  useEffect(() => {
    if (isSought) box.current?.scrollIntoView({ block: 'center' })
  }, [isSought])
  const asked = view.among.length > 1 ? view.among[0] : undefined
  return (
    <Panel
      title={texts.rows}
      aside={
        <span role="status">
          {isAll ? formatCount(total) : texts.partOf(formatCount(total), formatCount(version.rows))}
        </span>
      }
    >
      <RowsFilter columns={columns} view={view} show={show} />
      <ErrorNotice error={rows.error} />
      <section
        ref={box}
        className="rows-grid"
        // Few rows leave no gap beneath them.
        style={{ height: Math.min(mostHeight, headHeight + total * rowHeight + scrollbar) }}
        aria-label={texts.rowsTable}
        tabIndex={0}
        onKeyDown={pressed}
        onScroll={event => setLeft(event.currentTarget.scrollLeft)}
      >
        <div style={{ height: scroll.spacer + headHeight, width: placeWidth + columns.length * columnWidth }}>
          <div className="sheet" style={{ height: scroll.body + headHeight }}>
            <table aria-rowcount={total + 1} aria-colcount={columns.length + 1}>
              <colgroup>
                <col style={{ width: placeWidth }} />
                {before > 0 && <col style={{ width: before }} />}
                {shownColumns.map(({ name }) => (
                  <col key={name} style={{ width: columnWidth }} />
                ))}
              </colgroup>
              <thead>
                <tr aria-rowindex={1}>
                  <th scope="col" className="place">
                    {texts.row}
                  </th>
                  {before > 0 && <td aria-hidden="true" />}
                  {shownColumns.map((column, i) => (
                    <Head key={column.name} column={column} index={firstColumn + i} view={view} show={show} />
                  ))}
                </tr>
              </thead>
              <tbody style={{ top: -scroll.cut }}>
                {places.map(row => (
                  <tr
                    key={row}
                    aria-rowindex={row + 2}
                    className={asked !== undefined && rows.place(row) === asked ? 'chosen' : undefined}
                  >
                    <th scope="row" className="place">
                      {placeText(rows.place(row))}
                    </th>
                    {before > 0 && <td aria-hidden="true" />}
                    {shownColumns.map((column, k) => (
                      <CellView
                        key={column.name}
                        column={column}
                        index={firstColumn + k}
                        value={rows.cell(row, firstColumn + k)}
                      />
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </div>
      </section>
      {rows.total === 0 && <p className="empty">{isAll ? texts.noRows : texts.noRowMatches}</p>}
    </Panel>
  )
}

const placeText = (place: number | undefined) => (place === undefined ? '…' : formatCount(place + 1))
const isNumber = ({ type }: ColumnProfile) => type === 'number' || type === 'integer'

function Head(props: { column: ColumnProfile; index: number; view: RowsView; show(view: RowsView): void }) {
  const { column, index, view, show } = props
  const order = view.order?.column === column.name ? view.order : null
  const direction = order?.isDescending ? 'descending' : 'ascending'
  return (
    <th
      scope="col"
      aria-colindex={index + 2}
      aria-sort={order ? direction : undefined}
      className={isNumber(column) ? 'number' : undefined}
    >
      <button
        type="button"
        className="link"
        title={texts.sortBy(column.name)}
        onClick={() => show({ ...view, order: nextOrder(view.order, column.name) })}
      >
        {column.name}
        {order && (order.isDescending ? ' ▾' : ' ▴')}
      </button>
    </th>
  )
}

function CellView({ column, index, value }: { column: ColumnProfile; index: number; value: Cell | undefined }) {
  const text = String(value ?? '')
  return (
    <td
      aria-colindex={index + 2}
      className={isNumber(column) ? 'number' : undefined}
      title={value === null ? texts.isMissing : text}
    >
      {value === null ? <span className="soft">–</span> : text}
    </td>
  )
}
