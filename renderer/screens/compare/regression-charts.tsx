import { useMemo } from 'react'
import type { RegressionDiagnostics } from '../../../shared/model/evaluation.ts'
import { Chart } from '../../charts/chart.tsx'
import { curveOption, type Palette } from '../../charts/options.ts'
import { scatterOption } from '../../charts/scatter.ts'
import { texts } from './texts.ts'

export function RegressionCharts({ names, each }: { names: string[]; each: RegressionDiagnostics[] }) {
  const scatter = useMemo(() => {
    const sets = each.map(({ truth, predicted }, i) => ({
      name: names[i]!,
      points: truth.map((value, row) => [value, predicted[row]!] as [number, number]),
    }))
    return (palette: Palette) => scatterOption(sets, { x: texts.trueValue, y: texts.predictedValue }, palette)
  }, [names, each])
  const residuals = useMemo(() => {
    const curves = each.map(({ residuals: { edges, counts } }, i) => {
      const rows = counts.reduce((sum, count) => sum + count, 0)
      const steps = counts.map((_, bin) => (edges[bin]! + edges[bin + 1]!) / 2)
      return { key: names[i]!, steps, values: counts.map(count => count / rows) }
    })
    return (palette: Palette) => {
      const option = curveOption(curves, palette)
      return { ...option, xAxis: { ...(option.xAxis as object), name: texts.residuals } }
    }
  }, [names, each])
  const quantiles = useMemo(() => {
    const sets = each.map(({ quantiles: { normal, residual } }, i) => ({
      name: names[i]!,
      points: normal.map((value, j) => [value, residual[j]!] as [number, number]),
    }))
    return (palette: Palette) => {
      const option = scatterOption(sets, { x: texts.normalQuantiles, y: texts.residualQuantiles }, palette)
      const normal = {
        ...{ type: 'line', silent: true, symbol: 'none', lineStyle: { color: palette.text, width: 1, type: 'dotted' } },
        data: [
          [-3, -3],
          [3, 3],
        ],
      }
      return { ...option, series: [...(option.series as object[]), normal] }
    }
  }, [names, each])
  return (
    <div className="square">
      <div>
        <h3>{texts.predictedAgainstTrue}</h3>
        <Chart label={texts.predictedAgainstTrue} height={280} option={scatter} />
      </div>
      <div>
        <h3>{texts.quantiles}</h3>
        <Chart label={texts.quantiles} height={280} option={quantiles} />
      </div>
      <div>
        <h3>
          {texts.residuals}, {texts.shareOfRows}
        </h3>
        <Chart label={texts.residuals} height={280} option={residuals} />
      </div>
    </div>
  )
}
