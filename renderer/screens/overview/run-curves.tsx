import { useEffect, useMemo, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { Run, Series } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { curveOption, type Palette } from '../../charts/options.ts'
import { engine } from '../../client/engine.ts'
import { mergeSeries } from '../../client/merge-series.ts'
import { useEngine } from '../../client/store.ts'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { Status } from '../../components/status.tsx'
import { texts } from './texts.ts'

type Loaded = Run & { curves: Series[] }

export function RunCurves({ run }: { run: string }) {
  const [loaded, setLoaded] = useState<Loaded | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const live = useEngine(state => state.live[run])
  const state = useEngine(({ runs }) => runs?.find(each => each.run === run)?.status)
  // A run that changed its state is fetched anew.
  useEffect(() => {
    let isGone = false
    engine.runs.get({ run }).then(
      answer => !isGone && setLoaded(answer),
      failure => !isGone && setError(toAppError(failure)),
    )
    return () => {
      isGone = true
    }
  }, [run, state])
  const curves = useMemo(() => mergeSeries(loaded?.curves ?? [], Object.values(live ?? {})), [loaded, live])
  const option = useMemo(() => (palette: Palette) => curveOption(curves, palette), [curves])
  const close = <Link to={pathTo('overview')}>{texts.close}</Link>
  return (
    <Panel title={`${texts.curvesOf} ${loaded?.name ?? run}`} wide aside={close}>
      <div className="body">
        {error && <p className="notice bad">{error.message}</p>}
        {!error && !loaded && <p className="empty">{texts.asking}</p>}
        {loaded && (
          <>
            <p>
              <Status state={loaded.status} /> {loaded.algorithm} on {loaded.dataset}:{loaded.datasetVersion}, target{' '}
              {loaded.target}
              {loaded.error && ` — ${loaded.error.message}`}
            </p>
            {curves.length > 0 ? (
              <Chart
                label={`${texts.curvesOf} ${loaded.name}: ${curves.map(curve => curve.key).join(', ')}`}
                option={option}
              />
            ) : (
              <p className="empty">{texts.noCurves}</p>
            )}
            <Metrics run={loaded} />
            {loaded.warnings.map(warning => (
              <p key={warning} className="notice">
                {warning}
              </p>
            ))}
          </>
        )}
      </div>
    </Panel>
  )
}

function Metrics({ run }: { run: Run }) {
  const metrics = Object.entries(run.metrics)
  if (metrics.length === 0) return null
  return (
    <p className="metrics">
      {metrics.map(([key, value]) => (
        <span key={key}>
          <span className="soft">{key}</span> {value.toPrecision(4)}{' '}
          {run.intervals[key] && (
            <span className="soft">
              ({run.intervals[key][0].toPrecision(3)}–{run.intervals[key][1].toPrecision(3)})
            </span>
          )}
        </span>
      ))}
    </p>
  )
}
