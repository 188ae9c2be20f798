import { NativeSelect } from '@mantine/core'
import type { EChartsType } from 'echarts/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { metricName } from '../../../shared/model/metrics.ts'
import type { Run, Series } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { placeCursor } from '../../charts/cursor.ts'
import { curvesOverlayOption } from '../../charts/curves-overlay.ts'
import type { Palette } from '../../charts/options.ts'
import { scatterOption } from '../../charts/scatter.ts'
import { Panel } from '../../components/panel.tsx'
import { labelOf, metricsOf } from './columns.ts'
import { ParallelPanel } from './parallel-panel.tsx'
import { texts } from './texts.ts'

type Loaded = Run & { curves: Series[] }

/** Curves shown before all are asked for. */
const fewCurves = 6

/** The curves of all chosen runs; of several, their settings and metrics as parallel lines, and two metrics against each other. */
export function CurvesPanel({ runs }: { runs: Loaded[] }) {
  return (
    <div className="grid">
      <Curves runs={runs} />
      {runs.length > 1 && (
        <>
          <Scatter runs={runs} />
          <ParallelPanel runs={runs} />
        </>
      )}
    </div>
  )
}

/** A chart for each curve; the cursor is at the same step in all of them, placed by pointer or slider. */
function Curves({ runs }: { runs: Loaded[] }) {
  const [isAll, setIsAll] = useState(false)
  const [step, setStep] = useState<number | null>(null)
  const keys = useMemo(() => [...new Set(runs.flatMap(({ curves }) => curves.map(({ key }) => key)))], [runs])
  const shown = isAll ? keys : keys.slice(0, fewCurves)
  return (
    <Panel title={texts.curves} count={keys.length} wide>
      {keys.length === 0 ? (
        <p className="empty">{texts.noCurves}</p>
      ) : (
        <div className="body">
          <StepSlider runs={runs} step={step} setStep={setStep} />
          <div className="curves">
            {shown.map(key => (
              <Curve key={key} name={key} runs={runs} step={step} />
            ))}
          </div>
          {keys.length > fewCurves && (
            <button type="button" className="link" onClick={() => setIsAll(!isAll)}>
              {isAll ? texts.fewerCurves : texts.allCurves(keys.length)}
            </button>
          )}
        </div>
      )}
    </Panel>
  )
}

/** Moves the cursor over the steps that any curve has; it goes when the slider is left. */
function StepSlider({
  runs,
  step,
  setStep,
}: {
  runs: Loaded[]
  step: number | null
  setStep(at: number | null): void
}) {
  const steps = useMemo(
    () => [...new Set(runs.flatMap(({ curves }) => curves.flatMap(curve => curve.steps)))].sort((a, b) => a - b),
    [runs],
  )
  if (steps.length < 2) return null
  return (
    <label className="threshold">
      {texts.step}
      <input
        type="range"
        min={0}
        max={steps.length - 1}
        value={step === null ? 0 : Math.max(0, steps.indexOf(step))}
        aria-valuetext={step === null ? texts.noStep : String(step)}
        onChange={event => setStep(steps[Number(event.currentTarget.value)] ?? null)}
        onFocus={() => setStep(step ?? steps[0]!)}
        onBlur={() => setStep(null)}
      />
      <output>{step ?? texts.noStep}</output>
    </label>
  )
}

function Curve({ name, runs, step }: { name: string; runs: Loaded[]; step: number | null }) {
  const option = useMemo(() => {
    // A run without this curve keeps its place, so that colours mean the same run in every chart.
    const curves = runs.map((run, i) => {
      const curve = run.curves.find(({ key }) => key === name)
      return { key: labelOf(run, i), steps: curve?.steps ?? [], values: curve?.values ?? [] }
    })
    return (palette: Palette) => curvesOverlayOption(curves, palette)
  }, [runs, name])
  const [chart, setChart] = useState<EChartsType | null>(null)
  const onDrawn = useCallback((drawn: EChartsType) => {
    setChart(drawn)
    return () => setChart(null)
  }, [])
  const wasPlaced = useRef(false)
  useEffect(() => {
    if (chart && (step !== null || wasPlaced.current)) placeCursor(chart, step)
    wasPlaced.current = step !== null
  }, [chart, step])
  return (
    <div>
      <h3 title={name}>{name}</h3>
      <Chart label={`${texts.curve}: ${name}`} height={220} option={option} linked="curves" onDrawn={onDrawn} />
    </div>
  )
}

function Scatter({ runs }: { runs: Loaded[] }) {
  const metrics = metricsOf(runs, true)
  const [across, setAcross] = useState(metrics[0] ?? '')
  const [up, setUp] = useState(metrics[1] ?? metrics[0] ?? '')
  const option = useMemo(() => {
    const sets = runs.flatMap((run, i) => {
      const [x, y] = [run.metrics[across], run.metrics[up]]
      return x === undefined || y === undefined
        ? []
        : [{ name: labelOf(run, i), points: [[x, y]] as [number, number][] }]
    })
    return (palette: Palette) => scatterOption(sets, { x: metricName(across), y: metricName(up) }, palette)
  }, [runs, across, up])
  if (metrics.length === 0) return null
  const data = metrics.map(value => ({ value, label: metricName(value) }))
  return (
    <Panel title={texts.scatter} wide>
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
