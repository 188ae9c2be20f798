import { NativeSelect } from '@mantine/core'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnDrift } from '../../../shared/model/monitoring.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { List } from '../../components/list.tsx'
import { Panel } from '../../components/panel.tsx'
import { ColumnDetails } from './column-details.tsx'
import type { HeatProps } from './heat-panel.tsx'
import { stretch } from './moments.ts'
import { percent, short } from './numbers.ts'
import { mostMovedFirst, namedColumn, Verdict } from './stretch-panel.tsx'
import { texts } from './texts.ts'
import { isSameColumn, isSameWindow, keyOf, parseWindow, type TimeWindow, type View, windowText } from './view.ts'

/** One stretch against another, over the same bins: all columns, and the chosen one in full. */
export function TwoStretchesPanel({ history, view, show }: HeatProps) {
  const { window, against } = view
  // What an address says may be of another span, or of stretches that were cut otherwise.
  const choices = (empty: string, value: TimeWindow | null) => [
    { value: '', label: empty },
    ...(value && !history.buckets.some(bucket => bucket.comparedRows > 0 && isSameWindow(value, bucket))
      ? [{ value: windowText(value), label: stretch(value) }]
      : []),
    ...history.buckets
      .filter(bucket => bucket.comparedRows > 0)
      .map(bucket => ({
        value: windowText(bucket),
        label: `${stretch(bucket)}, ${texts.rowsOf(formatCount(bucket.comparedRows))}`,
      }))
      .reverse(),
  ]
  const select = (label: string, value: TimeWindow | null, change: (next: TimeWindow | null) => Partial<View>) => (
    <NativeSelect
      size="xs"
      label={label}
      data={choices(texts.choose, value)}
      value={value ? windowText(value) : ''}
      onChange={event => show(change(parseWindow(event.currentTarget.value)))}
    />
  )
  return (
    <Panel title={texts.two}>
      <div className="body form">
        {select(texts.first, window, next => ({ window: next }))}
        {select(texts.second, against, next => ({ against: next }))}
      </div>
      {window && against ? (
        <Compared endpoint={history.endpoint} named={namedColumn(history, view)} {...{ view, window, against, show }} />
      ) : (
        <p className="empty">{texts.twoHint}</p>
      )}
    </Panel>
  )
}

function Compared(props: {
  endpoint: string
  named: { column?: string }
  view: View
  window: TimeWindow
  against: TimeWindow
  show: HeatProps['show']
}) {
  const { endpoint, named, view, window, against, show } = props
  const both = `${endpoint} ${windowText(window)} ${windowText(against)}`
  const { value: report, error } = useAsked(
    `${both} ${JSON.stringify(named)}`,
    () => engine.monitoring.drift({ endpoint, ...window, againstFrom: against.from, againstTo: against.to, ...named }),
    both,
  )
  if (!report) return error ? <ErrorNotice error={error} /> : <p className="empty">{texts.counting}</p>
  const columns = mostMovedFirst(report.columns)
  const column = columns.find(each => isSameColumn(view.column, keyOf(each))) ?? columns[0]
  const names: [string, string] = [stretch(against), stretch(window)]
  return (
    <div className="body stretch">
      <Verdict report={report} />
      {column && <ColumnDetails report={report} column={column} names={names} />}
      <List
        label={texts.two}
        items={columns}
        keyOf={each => `${each.kind} ${each.name}`}
        isChosen={each => each === column}
        empty={texts.noSuchColumn}
        columns={[
          {
            title: texts.column,
            cell: each => (
              <button type="button" className="link" onClick={() => show({ column: keyOf(each) })}>
                {each.name}
              </button>
            ),
            text: (each: ColumnDrift) => each.name,
          },
          { title: texts.statistic, cell: each => each.statistic },
          { title: texts.value, isNumber: true, cell: each => short(each.value) },
          { title: texts.thresholdTitle, isNumber: true, cell: each => short(each.threshold) },
          { title: texts.moved, isNumber: true, cell: each => percent(each.effectSize) },
          {
            title: texts.verdict,
            cell: each =>
              report.enoughRows ? (
                <span className={each.drifted ? 'status warn' : 'status good'}>
                  {each.drifted ? texts.drifted : texts.notDrifted}
                </span>
              ) : (
                <span className="soft">{texts.cell.few}</span>
              ),
          },
        ]}
      />
    </div>
  )
}
