import { useMemo, useState } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnHistory, History } from '../../../shared/model/monitoring.ts'
import { Chart } from '../../charts/chart.tsx'
import { ClickableChart } from '../../charts/clickable.tsx'
import { driftHeatMapOption, type HeatMapCell, heatMapLook } from '../../charts/drift-heat-map.ts'
import type { Palette } from '../../charts/options.ts'
import { Panel } from '../../components/panel.tsx'
import { cellLabel, cellOf, slotsOf, worstColumnsFirst } from './heat.ts'
import { HeatTable } from './heat-table.tsx'
import { moment, stretch } from './moments.ts'
import { clipped, short } from './numbers.ts'
import { texts } from './texts.ts'
import { isSameColumn, isSameWindow, keyOf, type View } from './view.ts'

/** Columns shown before all are asked for: what fits a screen. */
const fewColumns = 30
/** So few are wide enough to hold a number each. */
const fewSlots = 14

export interface HeatProps {
  history: History
  view: View
  show(change: Partial<View>): void
}

/** Every column over time, worst first; a cell opens the column in that stretch. */
export function HeatPanel({ history, view, show }: HeatProps) {
  const [isAll, setIsAll] = useState(false)
  const [isTable, setIsTable] = useState(false)
  const sorted = useMemo(() => worstColumnsFirst(history), [history])
  const columns = useMemo(() => (isAll ? sorted : sorted.slice(0, fewColumns)), [sorted, isAll])
  const { buckets } = history
  const choose = (column: ColumnHistory | undefined, bucket: number | null | undefined) => {
    const window = bucket == null ? null : buckets[bucket]
    if (column && window) show({ column: keyOf(column), window: { from: window.from, to: window.to } })
  }
  if (!history.hasReference) {
    return (
      <Panel title={texts.heat}>
        <p className="empty">{texts.noReferenceLong}</p>
      </Panel>
    )
  }
  const toggle = (
    <button type="button" className="link" onClick={() => setIsTable(!isTable)}>
      {isTable ? texts.asChart : texts.asTable}
    </button>
  )
  return (
    <Panel title={texts.heat} count={history.allColumns} aside={buckets.length > 0 ? toggle : undefined}>
      {buckets.length === 0 ? (
        <p className="empty">{texts.nothingCounted}</p>
      ) : (
        <div className="body">
          <Legend />
          {isTable ? (
            <HeatTable history={history} columns={columns} view={view} choose={choose} />
          ) : (
            <HeatChart history={history} columns={columns} view={view} choose={choose} />
          )}
          {sorted.length > fewColumns && (
            <button type="button" className="link" onClick={() => setIsAll(!isAll)}>
              {isAll ? texts.showFewer : texts.showAll(formatCount(sorted.length))}
            </button>
          )}
          {sorted.length < history.allColumns && (
            <p className="soft">{texts.onlyWorst(formatCount(sorted.length), formatCount(history.allColumns))}</p>
          )}
        </div>
      )}
    </Panel>
  )
}

function Legend() {
  const { calm, drift, few, noRows, none } = texts.legend
  return (
    <p className="heat-legend soft">
      <span>{texts.heatHint}</span>
      <span>
        <i className="calm" /> {calm}
      </span>
      <span>
        <i className="drift" /> {drift}
      </span>
      <span>{few}</span>
      <span>{noRows}</span>
      <span>{none}</span>
    </p>
  )
}

export interface HeatDrawing {
  history: History
  columns: ColumnHistory[]
  view: View
  choose(column: ColumnHistory | undefined, bucket: number | null | undefined): void
}

/** "age: psi 0.23, threshold 0.1, drift, 120 rows". */
export function cellText(history: History, column: ColumnHistory, bucket: number): string {
  const { state } = cellOf(history, column, bucket)
  // Whatever the name holds, what follows keeps its direction.
  const name = `\u2068${clipped(column.name)}\u2069`
  if (state === 'no rows') return `${name}: ${texts.cell[state]}`
  const value = `${column.statistic[bucket]} ${short(column.value[bucket]!)}`
  const threshold = `${texts.threshold} ${short(column.threshold[bucket]!)}`
  return `${name}: ${value}, ${threshold}, ${texts.cell[state]}, ${texts.rowsOf(formatCount(column.rows[bucket]!))}`
}

function HeatChart({ history, columns, view, choose }: HeatDrawing) {
  const slots = useMemo(() => slotsOf(history), [history])
  const { column: chosen, window } = view
  const option = useMemo(() => {
    const cells: HeatMapCell[] = columns.flatMap((column, row) =>
      slots.flatMap(({ bucket }, slot) => {
        if (bucket === null) return []
        const isChosen = isSameColumn(chosen, keyOf(column)) && isSameWindow(window, history.buckets[bucket]!)
        const text = `${stretch(history.buckets[bucket]!)}\n${cellText(history, column, bucket)}`
        const cell = cellOf(history, column, bucket)
        return [{ slot, row, isChosen, text, label: cellLabel(cell, slots.length <= fewSlots), ...cell }]
      }),
    )
    const drawing = {
      columns: columns.map(({ name }) => clipped(name)),
      slots: slots.map(({ from }) => moment(from)),
      cells,
      timeName: texts.heatTime,
    }
    return (palette: Palette) => driftHeatMapOption(drawing, palette)
  }, [history, columns, slots, chosen, window])
  const height = heatMapLook.top + heatMapLook.bottom + columns.length * heatMapLook.rowHeight
  return (
    <ClickableChart onPlace={(slot, row) => choose(columns[row], slots[slot]?.bucket)}>
      <Chart label={texts.heat} height={height} option={option} />
    </ClickableChart>
  )
}
