import './data.css'
import { TextInput } from '@mantine/core'
import { useState } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnProfile, Histogram } from '../../../shared/model/dataset.ts'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { shownValue } from './shown-value.ts'
import { texts } from './texts.ts'

/** Columns drawn at once; a file of thousands is cut, and says so. */
const shownColumns = 500
/** Of more than these one is looked for by a part of its name. */
const seenAtOnce = 50

function median({ quantiles }: ColumnProfile): number | null {
  return quantiles.find(({ q }) => q === 0.5)?.value ?? null
}

/** The columns of a version with what is in each. */
export function ColumnsTable(props: {
  columns: ColumnProfile[]
  rows: number
  target: string | null
  open: string | null
  onOpen(column: string): void
}) {
  const { columns, rows, target, open, onOpen } = props
  const [part, setPart] = useState('')
  const wanted = part.trim().toLowerCase()
  const found = columns.filter(({ name }) => name.toLowerCase().includes(wanted))
  return (
    <Panel title={texts.columns} count={columns.length}>
      {columns.length > seenAtOnce && (
        <div className="body">
          <TextInput
            size="xs"
            className="long"
            label={texts.partOfName}
            value={part}
            onChange={event => setPart(event.currentTarget.value)}
          />
        </div>
      )}
      {found.length > shownColumns && (
        <p className="empty">{texts.firstColumns(shownColumns, formatCount(found.length))}</p>
      )}
      <List
        label={texts.columns}
        items={found.slice(0, shownColumns)}
        keyOf={column => column.name}
        isChosen={column => column.name === open}
        empty={texts.noColumnOfName}
        columns={[
          {
            title: texts.column,
            cell: column => (
              <button type="button" className="link" onClick={() => onOpen(column.name)}>
                {column.name}
              </button>
            ),
            text: column => column.name,
          },
          { title: texts.type, cell: column => (column.name === target ? texts.isTarget(column.type) : column.type) },
          {
            title: texts.missing,
            isNumber: true,
            cell: ({ missing }) => (missing === 0 ? '0' : `${((missing / rows) * 100).toPrecision(2)} %`),
            text: ({ missing }) => texts.ofRows(formatCount(missing), formatCount(rows)),
          },
          { title: texts.distinct, isNumber: true, cell: ({ distinct }) => formatCount(distinct) },
          { title: texts.least, isNumber: true, cell: column => shownValue(column.min, column.type) },
          { title: texts.median, isNumber: true, cell: column => shownValue(median(column), column.type) },
          { title: texts.greatest, isNumber: true, cell: column => shownValue(column.max, column.type) },
          {
            title: texts.distribution,
            cell: ({ histogram, top }) =>
              histogram ? <Bars histogram={histogram} /> : top.map(({ value }) => value).join(', '),
            text: ({ top }) => top.map(({ value, count }) => `${value}: ${formatCount(count)}`).join('\n'),
          },
        ]}
      />
    </Panel>
  )
}

/** The histogram as bars of the height of a line. */
function Bars({ histogram: { counts } }: { histogram: Histogram }) {
  const most = Math.max(1, ...counts)
  return (
    <svg className="bars" viewBox={`0 0 ${counts.length} 10`} preserveAspectRatio="none" aria-hidden="true">
      <path d={counts.map((count, i) => `M${i + 0.1} 10v${(-count / most) * 10}h0.8V10z`).join('')} />
    </svg>
  )
}
