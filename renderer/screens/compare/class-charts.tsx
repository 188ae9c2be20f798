import { useMemo, useState } from 'react'
import { type CostReport, mostCostClasses } from '../../../shared/model/costs.ts'
import type { ClassDiagnostics } from '../../../shared/model/evaluation.ts'
import type { Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import type { Palette } from '../../charts/options.ts'
import { type UnitLine, unitOption } from '../../charts/roc.ts'
import { ConfusionTable } from './confusion-table.tsx'
import { CostPanel } from './cost-panel.tsx'
import { texts } from './texts.ts'
import { countsFrom, pointsOf } from './threshold.ts'

/** One class against the rest: three curves and, for two classes, the confusion matrix, under one threshold. */
export function ClassCharts(props: {
  runs: Run[]
  names: string[]
  classes: string[]
  each: ClassDiagnostics[]
  /** What is known of the costs of each run. */
  known: (CostReport | null)[]
  ended(): void
}) {
  const { runs, names, classes, each, known, ended } = props
  const bins = each[0]!.scores.ofClass.length
  const [bin, setBin] = useState(bins / 2)
  const counts = useMemo(() => each.map(({ scores }) => countsFrom(scores, bin)), [each, bin])
  const roc = each.map(({ roc: curve }, i) => ({
    name: names[i]!,
    x: curve?.falsePositiveRate ?? [],
    y: curve?.truePositiveRate ?? [],
    at: pointsOf(counts[i]!).roc,
  }))
  const precisionRecall = each.map(({ precisionRecall: curve }, i) => ({
    name: names[i]!,
    x: curve?.recall ?? [],
    y: curve?.precision ?? [],
    at: pointsOf(counts[i]!).precisionRecall,
  }))
  const calibration = each.map(({ calibration: tenths }, i) => ({
    name: names[i]!,
    x: tenths.map(({ meanPredicted }) => meanPredicted),
    y: tenths.map(({ observedShare }) => observedShare),
    at: null,
  }))
  const gain = each.map(({ gain: curve }, i) => ({
    name: names[i]!,
    x: curve?.share ?? [],
    y: curve?.captured ?? [],
    at: pointsOf(counts[i]!).gain,
  }))
  // The first rows alone say nothing of a lift.
  const lift = gain.map(({ name, x, y, at }) => {
    const told = x.flatMap((share, j) => (share >= 0.01 ? [j] : []))
    return {
      ...{ name, x: told.map(j => x[j]!), y: told.map(j => y[j]! / x[j]!) },
      at: at && at[0] >= 0.01 ? ([at[0], at[1] / at[0]] as [number, number]) : null,
    }
  })
  const threshold = (bin / bins).toFixed(3)
  return (
    <>
      <label className="threshold">
        {texts.threshold}
        <input
          type="range"
          min={0}
          max={bins}
          value={bin}
          aria-valuetext={threshold}
          onChange={event => setBin(Number(event.currentTarget.value))}
        />
        <output>{threshold}</output>
      </label>
      {(classes.length === 2 || classes.length > mostCostClasses) && (
        <CostPanel {...{ runs, names, classes, known, each, bin, setBin, ended }} label={classes[each[0]!.class]!} />
      )}
      <div className="square">
        <Square title={texts.roc} x={texts.falsePositiveRate} y={texts.truePositiveRate} lines={roc} diagonal />
        <Square title={texts.precisionRecall} x={texts.recall} y={texts.precision} lines={precisionRecall} />
        <Square title={texts.calibration} x={texts.predicted} y={texts.observed} lines={calibration} diagonal markers />
        <Square title={texts.gain} x={texts.shareTaken} y={texts.captured} lines={gain} diagonal />
        <Square
          title={texts.lift}
          x={texts.shareTaken}
          y={texts.timesChance}
          lines={lift}
          highest={Math.ceil(lift.reduce((most, { y }) => y.reduce((top, value) => Math.max(top, value), most), 1))}
        />
      </div>
      {classes.length === 2 && (
        <div className="confusions">
          {counts.map(({ truePositives, falsePositives, falseNegatives, trueNegatives }, i) => (
            <ConfusionTable
              key={names[i]}
              name={names[i]!}
              classes={classes}
              matrix={[
                [trueNegatives, falsePositives],
                [falseNegatives, truePositives],
              ]}
            />
          ))}
        </div>
      )}
    </>
  )
}

function Square(props: {
  title: string
  x: string
  y: string
  lines: UnitLine[]
  diagonal?: boolean
  markers?: boolean
  highest?: number
}) {
  const { title, x, y, lines, diagonal = false, markers = false, highest } = props
  const option = useMemo(
    () => (palette: Palette) => unitOption(lines, { x, y, diagonal, markers, highest }, palette),
    [lines, x, y, diagonal, markers, highest],
  )
  return (
    <div>
      <h3>{title}</h3>
      <Chart label={title} height={280} option={option} />
    </div>
  )
}
