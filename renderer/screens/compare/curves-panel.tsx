import { NativeSelect } from '@mantine/core'
import type { EChartsType } from 'echarts/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { metricName, metricRange } from '../../../shared/model/metrics.ts'
import type { Run, Series } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import { placeCursor } from '../../charts/cursor.ts'
import { curvesOverlayOption } from '../../charts/curves-overlay.ts'
import type { Palette } from '../../charts/options.ts'
import { scatterOption } from '../../charts/scatter.ts'
import { mostStrokes } from '../../charts/strokes.ts'
import { Panel } from '../../components/panel.tsx'
import { labelOf, metricsOf } from './columns.ts'
import { alikeAmong, isSameQuestion } from './comparable.ts'
import { ParallelPanel } from './parallel-panel.tsx'
import { texts } from './texts.ts'

type Loaded = Run & { curves: Series[] }

/** Curves shown before all are asked for. */
const fewCurves = 6

/** The curves of all chosen runs; of several, their settings and metrics as parallel lines, and two metrics against each other. */
export function CurvesPanel({ runs }: { runs: Loaded[] }) {
  return (
    <div className="grid">
      <Curves runs={runs.slice(0, mostStrokes)} />
      {runs.length > 1 && (
        <>
          <Scatter runs={runs} />
          {/* What is kept of an axis is kept by places among the values of these runs. */}
          <ParallelPanel key={runs.map(({ run }) => run).join()} runs={runs} />
        </>
      )}
    </div>
  )
}

/** A chart for each curve; the cursor is at the same step in all of them, placed by pointer or slider. */
function Curves({ runs }: { runs: Loaded[] }) {
  const [isAll, setIsAll] = useState(false)
  const [step, setStep] = useState<number | null>(null)
  const charts = useMemo(() => chartsOf(runs), [runs])
  const shown = isAll ? charts : charts.slice(0, fewCurves)
  return (
    <Panel title={texts.curves} count={charts.length} wide>
      {charts.length === 0 ? (
        <p className="empty">{texts.noCurves}</p>
      ) : (
        <div className="body">
          <StepSlider runs={runs} step={step} setStep={setStep} />
          <div className="curves">
            {shown.map(chart => (
              <Curve key={chart.name} {...chart} runs={runs} step={step} />
            ))}
          </div>
          {charts.length > fewCurves && (
            <button type="button" className="link" onClick={() => setIsAll(!isAll)}>
              {isAll ? texts.fewerCurves : texts.allCurves(charts.length)}
            </button>
          )}
        </div>
      )}
    </Panel>
  )
}

interface CurveChart {
  name: string
  /** Of the curve, in each run that has it. */
  curve: string
  /** The first of the runs that are drawn: those that learned the same as it did. */
  first: Run
}

/** A chart for each curve; where runs learned to tell different things, one for each of these, since they stand on different scales. */
function chartsOf(runs: Loaded[]): CurveChart[] {
  const isOne = runs.every(run => isSameQuestion(runs[0]!, run))
  const charts: CurveChart[] = []
  for (const run of runs) {
    for (const { key } of run.curves) {
      if (charts.some(({ curve, first }) => curve === key && isSameQuestion(first, run))) continue
      charts.push({ name: isOne ? key : texts.curveOf(key, run.target, run.task), curve: key, first: run })
    }
  }
  return charts
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

function Curve({ name, curve: wanted, first, runs, step }: CurveChart & { runs: Loaded[]; step: number | null }) {
  const option = useMemo(() => {
    // A run without this curve keeps its place, so that colours mean the same run in every chart.
    const curves = runs.map((run, i) => {
      const curve = isSameQuestion(first, run) ? run.curves.find(({ key }) => key === wanted) : undefined
      return { key: labelOf(run, i), steps: curve?.steps ?? [], values: curve?.values ?? [] }
    })
    return (palette: Palette) => curvesOverlayOption(curves, palette)
  }, [runs, first, wanted])
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
  const metrics = useMemo(() => metricsOf(runs, true), [runs])
  const [wanted, want] = useState<{ across?: string; up?: string }>({})
  const usual = useMemo(() => usualPair(runs, metrics), [runs, metrics])
  // What was chosen stays while any of the runs has it.
  const [across, up] = [wanted.across, wanted.up].map((id, i) => (id && metrics.includes(id) ? id : usual[i]!)) as [
    string,
    string,
  ]
  const sets = useMemo(
    () =>
      runs.flatMap((run, place) => {
        const [x, y] = [run.metrics[across], run.metrics[up]]
        return x === undefined || y === undefined
          ? []
          : [{ name: labelOf(run, place), place, points: [[x, y]] as [number, number][] }]
      }),
    [runs, across, up],
  )
  const option = useMemo(
    () => (palette: Palette) => {
      const ranges = { x: metricRange(across), y: metricRange(up) }
      return scatterOption(sets, { x: metricName(across), y: metricName(up) }, palette, ranges)
    },
    [sets, across, up],
  )
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
            onChange={event => want({ ...wanted, across: event.currentTarget.value })}
          />
          <NativeSelect
            size="xs"
            label={texts.up}
            data={data}
            value={up}
            onChange={event => want({ ...wanted, up: event.currentTarget.value })}
          />
        </div>
        {sets.length < runs.length && <p className="soft">{texts.pointsOf(sets.length, runs.length)}</p>}
        {alikeAmong(runs).length > 1 && <p className="soft">{texts.unalikePoints}</p>}
        <Chart label={`${texts.scatter}: ${metricName(across)}, ${metricName(up)}`} option={option} />
      </div>
    </Panel>
  )
}

/** The first two of the metrics that the most of the runs have. */
function usualPair(runs: Run[], metrics: string[]): [string, string] {
  const having = (id: string) => runs.filter(run => run.metrics[id] !== undefined).length
  const [first = '', second = first] = metrics.toSorted((a, b) => having(b) - having(a))
  return [first, second]
}
