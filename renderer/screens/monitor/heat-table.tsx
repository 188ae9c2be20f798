import { cellOf } from './heat.ts'
import { cellText, type HeatDrawing } from './heat-panel.tsx'
import { moment, stretch } from './moments.ts'
import { short } from './numbers.ts'
import { texts } from './texts.ts'
import { isSameColumn, isSameWindow, keyOf } from './view.ts'

const signs = { 'no rows': '–', few: '·' } as const

/** The heat map in words and numbers: how many times its threshold each column is in each stretch, newest first. */
export function HeatTable({ history, columns, view, choose }: HeatDrawing) {
  const buckets = history.buckets.map((_, i) => i).reverse()
  return (
    <section className="scroll heat-table" aria-label={`${texts.heat}: table`} tabIndex={0}>
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
          {columns.map(column => (
            <tr key={`${column.kind} ${column.name}`}>
              <th scope="row" title={column.name}>
                {column.name}
              </th>
              {buckets.map(bucket => {
                const { state, excess } = cellOf(history, column, bucket)
                const window = history.buckets[bucket]!
                const isChosen = isSameColumn(view.column, keyOf(column)) && isSameWindow(view.window, window)
                const text = `${stretch(window)}, ${cellText(history, column, bucket)}`
                return (
                  <td key={bucket} className={isChosen ? 'number chosen' : 'number'}>
                    <button
                      type="button"
                      className={state === 'drift' ? 'link drifted' : 'link'}
                      aria-label={text}
                      title={text}
                      onClick={() => choose(column, bucket)}
                    >
                      {state === 'calm' || state === 'drift' ? `${short(excess)}×` : signs[state]}
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
