import { type KeyboardEvent, useState } from 'react'
import { cellLabel, cellOf } from './heat.ts'
import { cellText, type HeatDrawing } from './heat-panel.tsx'
import { moment, stretch } from './moments.ts'
import { texts } from './texts.ts'
import { isSameColumn, isSameWindow, keyOf } from './view.ts'

const steps: Record<string, [number, number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

/**
 * The heat map in words and numbers: how many times its threshold each column is in each stretch, newest first. Tab reaches
 * one cell, the arrows the others.
 */
export function HeatTable({ history, columns, view, choose }: HeatDrawing) {
  const [reached, setReached] = useState({ row: 0, place: 0 })
  const buckets = history.buckets.map((_, i) => i).reverse()
  const tab = { row: Math.min(reached.row, columns.length - 1), place: Math.min(reached.place, buckets.length - 1) }
  const move = (event: KeyboardEvent<HTMLElement>, row: number, place: number) => {
    const step = steps[event.key]
    const cell = step && event.currentTarget.closest('tbody')?.rows[row + step[0]]?.cells[place + 1 + step[1]]
    const button = cell?.querySelector('button')
    if (!button) return
    event.preventDefault()
    button.focus()
  }
  return (
    <section className="scroll heat-table" aria-label={texts.heatTable} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.column}</th>
            {buckets.map(bucket => (
              <th key={bucket} scope="col" className="number" title={stretch(history.buckets[bucket]!)}>
                {moment(history.buckets[bucket]!.from)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {columns.map((column, row) => (
            <tr key={`${column.kind} ${column.name}`}>
              <th scope="row" title={column.name}>
                {column.name}
              </th>
              {buckets.map((bucket, place) => {
                const told = cellOf(history, column, bucket)
                const window = history.buckets[bucket]!
                const isChosen = isSameColumn(view.column, keyOf(column)) && isSameWindow(view.window, window)
                const text = `${stretch(window)}, ${cellText(history, column, bucket)}`
                return (
                  <td key={bucket} className={isChosen ? 'number chosen' : 'number'}>
                    <button
                      type="button"
                      className={told.state === 'drift' ? 'link drifted' : 'link'}
                      aria-label={text}
                      title={text}
                      tabIndex={tab.row === row && tab.place === place ? 0 : -1}
                      onFocus={() => setReached({ row, place })}
                      onKeyDown={event => move(event, row, place)}
                      onClick={() => choose(column, bucket)}
                    >
                      {cellLabel(told, true)}
                    </button>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  )
}
