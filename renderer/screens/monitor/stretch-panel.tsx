import { useEffect, useMemo, useRef } from 'react'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnDrift, DriftReport, History } from '../../../shared/model/monitoring.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { ColumnDetails } from './column-details.tsx'
import { ColumnFigure } from './column-figure.tsx'
import { stretch } from './moments.ts'
import { texts } from './texts.ts'
import { isSameColumn, keyOf, type View, windowText } from './view.ts'

/** Histograms shown at once; the most drifted come first. */
const shownColumns = 24

export const mostMovedFirst = (columns: readonly ColumnDrift[]) =>
  [...columns].sort((a, b) => Number(b.drifted) - Number(a.drifted) || b.value / b.threshold - a.value / a.threshold)

/** What asks for the chosen column of a model that has too many to be told all. */
export const namedColumn = ({ columns, allColumns }: History, { column }: View): { column?: string } =>
  column && columns.length < allColumns ? { column: column.name } : {}

/** The stretch that is looked at against the training rows: one column with all its numbers, and every column small. */
export function StretchPanel(props: {
  history: History
  view: View
  show(change: Partial<View>): void
  /** Changes when it is time to count anew. */
  pace: string
}) {
  const { history, view, show, pace } = props
  const { endpoint } = history
  const window = view.window ?? history.window
  // A stretch that has ended does not change.
  const key = view.window && view.window.to < Date.now() ? windowText(view.window) : `${windowText(window)} ${pace}`
  const named = namedColumn(history, view)
  const chosenWindow = view.window ? windowText(view.window) : ''
  const { value: report, error } = useAsked(
    `${endpoint} ${key} ${JSON.stringify(named)}`,
    () => engine.monitoring.drift({ endpoint, ...window, ...named }),
    chosenWindow,
  )
  const columns = useMemo(() => report && mostMovedFirst(report.columns), [report])
  const chosen = view.column ?? (columns?.[0] ? keyOf(columns[0]) : null)
  const column = chosen && columns?.find(each => isSameColumn(chosen, keyOf(each)))
  const place = useRef<HTMLDivElement>(null)
  const shown = `${chosenWindow} ${JSON.stringify(view.column)}`
  const before = useRef(shown)
  const isAnswered = report !== null || error !== null
  // What a person chose above comes into sight once it is there; what the address said at first does not move the page.
  useEffect(() => {
    if (!isAnswered) return
    if (before.current !== shown) place.current?.scrollIntoView({ block: 'start' })
    before.current = shown
  }, [shown, isAnswered])
  return (
    <div ref={place}>
      <Panel
        title={view.window ? `${texts.chosen}: ${stretch(view.window)}` : `${texts.chosen}: ${texts.wholeSpan}`}
        aside={
          view.window && (
            <button type="button" className="link" onClick={() => show({ window: null, against: null })}>
              {texts.backToWhole}
            </button>
          )
        }
      >
        <ErrorNotice error={error} />
        {!report && !error && <p className="empty">{texts.counting}</p>}
        {report && columns && (
          <div className="body stretch">
            <Verdict report={report} />
            {column ? (
              <ColumnDetails report={report} column={column} names={[texts.reference, texts.current]} />
            ) : (
              <p className="soft">{texts.noSuchColumn}</p>
            )}
            <h3>{texts.everyColumn}</h3>
            <div className="small-charts">
              {columns.slice(0, shownColumns).map(each => (
                <ColumnFigure
                  key={`${each.kind} ${each.name}`}
                  column={each}
                  names={[texts.reference, texts.current]}
                  onChoose={() => show({ column: keyOf(each) })}
                />
              ))}
            </div>
            {columns.length > shownColumns && (
              <p className="soft">{texts.ofColumns(String(shownColumns), formatCount(report.all.columns))}</p>
            )}
          </div>
        )}
      </Panel>
    </div>
  )
}

export function Verdict({ report }: { report: DriftReport }) {
  const { window: other, rows } = report.against
  const model = `${report.model}${report.version === null ? '' : `:${report.version}`}`
  const against = other
    ? texts.rowsOfStretch(formatCount(rows), stretch(other))
    : texts.trainingRowsOf(formatCount(rows), model)
  const { columns, drifted } = report.all
  return (
    <p>
      {report.enoughRows ? (
        <span className={drifted ? 'status warn' : 'status good'}>
          {drifted ? texts.columnsDrifted(drifted, columns) : texts.notDrifted}
        </span>
      ) : (
        <span className="status soft">{texts.tooFewRows}</span>
      )}{' '}
      <span className="soft">{texts.rowsAgainst(formatCount(report.rows), report.replicas, against)}</span>
    </p>
  )
}
