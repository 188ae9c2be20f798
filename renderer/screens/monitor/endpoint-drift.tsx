import { useEffect, useMemo, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { formatCount } from '../../../shared/lib/format.ts'
import type { ColumnDrift, DriftReport } from '../../../shared/model/monitoring.ts'
import { Chart } from '../../charts/chart.tsx'
import { driftOption, type Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

/** Histograms shown at once; the most drifted come first. */
const shownColumns = 24

export function EndpointDrift({ endpoint }: { endpoint: string }) {
  const [report, setReport] = useState<DriftReport | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const rows = useEngine(state => state.endpoints?.find(each => each.endpoint === endpoint)?.rows)
  // New rows are compared anew.
  useEffect(() => {
    let isGone = false
    engine.monitoring.drift({ endpoint }).then(
      answer => !isGone && setReport(answer),
      failure => !isGone && setError(toAppError(failure)),
    )
    return () => {
      isGone = true
    }
  }, [endpoint, rows])
  return (
    <Panel title={`${texts.driftOf} ${endpoint}`} wide>
      <div className="body">
        <ErrorNotice error={error} />
        {!error && !report && <p className="empty">{texts.comparing}</p>}
        {report && (
          <>
            <p>
              <Status state={report.drifted ? 'drift' : 'no drift'} /> {formatCount(report.rows)} {texts.rows},{' '}
              {report.replicas} replica
              {report.replicas === 1 ? '' : 's'}, against the training rows of {report.model}
              {report.version === null ? '' : `:${report.version}`}.{' '}
              {!report.enoughRows && <span className="status warn">{texts.tooFewRows}</span>}
            </p>
            <p className="soft">
              <span style={{ color: 'var(--series-1)' }}>■</span> {texts.reference}{' '}
              <span style={{ color: 'var(--series-2)' }}>▬</span> {texts.current}
            </p>
            <div className="small-charts">
              {[...report.columns]
                .sort((a, b) => Number(b.drifted) - Number(a.drifted) || b.value / b.threshold - a.value / a.threshold)
                .slice(0, shownColumns)
                .map(column => (
                  <Histogram key={`${column.kind} ${column.name}`} column={column} />
                ))}
            </div>
            {report.columns.length > shownColumns && (
              <p className="soft">
                {shownColumns} of {formatCount(report.columns.length)} columns, the most moved first.
              </p>
            )}
          </>
        )}
      </div>
    </Panel>
  )
}

function Histogram({ column }: { column: ColumnDrift }) {
  const option = useMemo(() => (palette: Palette) => driftOption(column, palette), [column])
  const numbers = `${column.statistic} ${column.value.toPrecision(2)} of ${column.threshold.toPrecision(2)}`
  return (
    <figure>
      <figcaption>
        <span title={column.name}>{column.name}</span>
        <span className={column.drifted ? 'status warn' : 'soft'} style={{ whiteSpace: 'nowrap' }}>
          {numbers}
        </span>
      </figcaption>
      <Chart label={`${column.name}: ${numbers}`} height={130} option={option} />
    </figure>
  )
}
