import { NativeSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Run } from '../../../shared/model/run.ts'
import { strokeOf } from '../../charts/strokes.ts'
import { engine } from '../../client/engine.ts'
import { useAsked } from '../../client/use-asked.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { ClassCharts } from './class-charts.tsx'
import { alikeAmong } from './comparable.ts'
import { ConfusionTable } from './confusion-table.tsx'
import { newestCosts } from './cost-reports.tsx'
import { CostTable } from './cost-table.tsx'
import { RecalibratePanel } from './recalibrate-panel.tsx'
import { RegressionCharts } from './regression-charts.tsx'
import { texts } from './texts.ts'

/** What lies beneath the metrics of the chosen runs, where they predict the same thing. */
export function DiagnosticsPanel({ runs }: { runs: Run[] }) {
  const isMeasured = runs.every(({ status }) => status === 'done')
  const { testRowsDigest, classes } = runs[0]!
  if (isMeasured && alikeAmong(runs).length === 1) return <Diagnosed key={`${testRowsDigest} ${classes}`} runs={runs} />
  return (
    <Panel title={texts.diagnostics}>
      <p className="empty">{isMeasured ? texts.otherRows : texts.notMeasured}</p>
    </Panel>
  )
}

/** Of runs that were chosen last all that is shown stays until it is there of those that are chosen now. */
function Diagnosed({ runs: chosen }: { runs: Run[] }) {
  const first = chosen[0]!
  const [label, setLabel] = useState(first.classes[1] ?? '')
  const asked = useAsked(`${chosen.map(({ run }) => run)} ${label}`, async () => {
    const each = chosen.map(({ run }) => engine.runs.diagnostics({ run, class: label || undefined }))
    return { runs: chosen, each: await Promise.all(each) }
  })
  const { error } = asked
  const value = asked.value?.each
  const runs = asked.value?.runs ?? chosen
  const [turn, setTurn] = useState(0)
  const known = useAsked(`${chosen.map(({ run }) => run)} ${turn}`, () => Promise.all(chosen.map(newestCosts)))
  // What is known stays for a moment when other runs are chosen.
  const kept = known.error ? [] : known.value
  const reports = kept && runs.map(({ run }) => kept.find(report => report?.run === run) ?? null)
  const ended = () => setTurn(count => count + 1)
  const names = runs.map((run, i) => `${i + 1} ${run.name}`)
  const perClass = useMemo(() => value?.flatMap(({ oneAgainstRest }) => oneAgainstRest ?? []) ?? [], [value])
  return (
    <Panel title={texts.diagnostics}>
      <div className="body">
        <ErrorNotice error={error ?? known.error} />
        {!value && !error && <p className="empty">{texts.asking}</p>}
        <ul className="legend">
          {names.map((name, i) => {
            const { series, dash } = strokeOf(i)
            return (
              <li key={name} title={name}>
                <i style={{ borderColor: `var(--series-${series})`, borderTopStyle: dash }} />
                {name}
              </li>
            )
          })}
        </ul>
        {first.classes.length > 2 && (
          <NativeSelect
            size="xs"
            label={texts.class}
            data={first.classes}
            value={label}
            onChange={event => setLabel(event.currentTarget.value)}
          />
        )}
        {reports && <CostTable {...{ runs, names, ended }} known={reports} />}
        {value && reports && perClass.length === runs.length && (
          <ClassCharts {...{ runs, names, ended }} classes={first.classes} each={perClass} known={reports} />
        )}
        {value && perClass.length === 0 && first.task !== 'regression' && (
          <p className="empty">{texts.measuredAlone}</p>
        )}
        {value && first.task === 'regression' && (
          <RegressionCharts names={names} each={value.flatMap(({ regression }) => regression ?? [])} />
        )}
        {first.task === 'multiclass' && (
          <div className="confusions">
            {value?.map(({ run, classes, confusion }, i) =>
              confusion ? <ConfusionTable key={run} name={names[i]!} classes={classes} matrix={confusion} /> : null,
            )}
          </div>
        )}
        {value && perClass.length === runs.length && <RecalibratePanel runs={runs} />}
      </div>
    </Panel>
  )
}
