import { NativeSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import type { Run, Series } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { curvesOverlayOption } from '../../charts/curves-overlay.ts'
import type { Palette } from '../../charts/options.ts'
import { type ParallelAxis, parallelOption } from '../../charts/parallel.ts'
import { scatterOption } from '../../charts/scatter.ts'
import { Panel } from '../../components/panel.tsx'
import { metricName, metricsOf, settingsOf } from './columns.ts'
import { texts } from './texts.ts'

type Loaded = Run & { curves: Series[] }
const label = (run: Run, i: number) => `${i + 1} ${run.name}`

/** One curve of all chosen runs, their settings and metrics as parallel lines, and two metrics against each other. */
export function CurvesPanel({ runs }: { runs: Loaded[] }) {
  return (
    <div className="grid">
      <Curves runs={runs} />
      <Scatter runs={runs} />
      <Parallel runs={runs} />
    </div>
  )
}

function Curves({ runs }: { runs: Loaded[] }) {
  const keys = [...new Set(runs.flatMap(({ curves }) => curves.map(({ key }) => key)))]
  const [chosen, setChosen] = useState<string | null>(null)
  const key = chosen ?? keys[0] ?? ''
  const option = useMemo(() => {
    // A run without this curve keeps its place, so that colours mean the same run in every chart.
    const curves = runs.map((run, i) => {
      const curve = run.curves.find(each => each.key === key)
      return { key: label(run, i), steps: curve?.steps ?? [], values: curve?.values ?? [] }
    })
    return (palette: Palette) => curvesOverlayOption(curves, palette)
  }, [runs, key])
  return (
    <Panel title={texts.curves}>
      {keys.length === 0 ? (
        <p className="empty">{texts.noCurves}</p>
      ) : (
        <div className="body">
          <NativeSelect
            size="xs"
            label={texts.curve}
            data={keys}
            value={key}
            onChange={event => setChosen(event.currentTarget.value)}
          />
          <Chart label={`${texts.curves}: ${key}`} option={option} />
        </div>
      )}
    </Panel>
  )
}

function Parallel({ runs }: { runs: Loaded[] }) {
  const option = useMemo(() => {
    const axes = parallelAxes(runs)
    return (palette: Palette) => parallelOption(runs.map(label), axes, palette)
  }, [runs])
  return (
    <Panel title={texts.parallel} wide>
      <div className="body">
        <Chart label={texts.parallel} height={280} option={option} />
      </div>
    </Panel>
  )
}

/** An axis for each setting that all runs have and each metric, where they differ. */
function parallelAxes(runs: Run[]): ParallelAxis[] {
  const settings = settingsOf(runs, false).map(({ name, of }) => {
    const own = runs.map(run => run.parameters[name])
    return { name, values: runs.map((run, i) => (typeof own[i] === 'number' ? own[i] : of(run) || null)) }
  })
  const metrics = metricsOf(runs, false).map(id => ({
    name: metricName(id),
    values: runs.map(run => run.metrics[id] ?? null),
  }))
  return [...settings, ...metrics].filter(({ values }) => !values.includes(null))
}

function Scatter({ runs }: { runs: Loaded[] }) {
  const metrics = metricsOf(runs, true)
  const [across, setAcross] = useState(metrics[0] ?? '')
  const [up, setUp] = useState(metrics[1] ?? metrics[0] ?? '')
  const option = useMemo(() => {
    const sets = runs.flatMap((run, i) => {
      const [x, y] = [run.metrics[across], run.metrics[up]]
      return x === undefined || y === undefined ? [] : [{ name: label(run, i), points: [[x, y]] as [number, number][] }]
    })
    return (palette: Palette) => scatterOption(sets, { x: metricName(across), y: metricName(up) }, palette)
  }, [runs, across, up])
  if (metrics.length === 0) return null
  const data = metrics.map(value => ({ value, label: metricName(value) }))
  return (
    <Panel title={texts.scatter}>
      <div className="body">
        <div className="tools">
          <NativeSelect
            size="xs"
            label={texts.across}
            data={data}
            value={across}
            onChange={event => setAcross(event.currentTarget.value)}
          />
          <NativeSelect
            size="xs"
            label={texts.up}
            data={data}
            value={up}
            onChange={event => setUp(event.currentTarget.value)}
          />
        </div>
        <Chart label={`${texts.scatter}: ${metricName(across)}, ${metricName(up)}`} option={option} />
      </div>
    </Panel>
  )
}
