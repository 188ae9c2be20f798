import { NativeSelect } from '@mantine/core'
import { useMemo, useState } from 'react'
import { formatCount, formatNumber } from '../../../shared/lib/format.ts'
import type { ForecastFindings } from '../../../shared/model/forecast.ts'
import { Chart } from '../../charts/chart.tsx'
import { forecastOption } from '../../charts/forecast.ts'
import { curveOption, type Palette } from '../../charts/options.ts'
import { List } from '../../components/list.tsx'
import { texts } from './texts.ts'

const short = (value: number) => formatNumber(value, 4)

export function timeWords(time: number, isDate: boolean): string {
  if (!isDate) return String(Number(time.toFixed(3)))
  return new Date(time).toISOString().slice(0, 16).replace('T', ' ').replace(' 00:00', '')
}

/** What comes next, and how well the same model foretold what is known by now. */
export function Foretold({ found, target }: { found: ForecastFindings; target: string }) {
  const { every, season, lags, series, steps, isDate } = found
  const [place, setPlace] = useState(0)
  const shown = series[place] ?? series[0]!
  const picture = useMemo(
    () => (palette: Palette) => forecastOption(shown, isDate, { ...texts.forecastLines, value: target }, palette),
    [shown, isDate, target],
  )
  const errors = useMemo(() => {
    const ahead = steps.map(({ step }) => step)
    const curves = [
      { key: texts.thisModel, steps: ahead, values: steps.map(({ rmse }) => rmse) },
      { key: texts.seasonalNaive, steps: ahead, values: steps.map(({ naiveRmse }) => naiveRmse) },
    ]
    return (palette: Palette) => curveOption(curves, palette, 'RMSE')
  }, [steps])
  const { future } = shown
  return (
    <div className="body">
      <p className="soft">{texts.forecastFrom(every, season, lags)}</p>
      {series.length > 1 && (
        <NativeSelect
          size="xs"
          label={texts.series}
          data={series.map(({ name }, i) => ({ value: String(i), label: name }))}
          value={String(place)}
          onChange={event => setPlace(Number(event.currentTarget.value))}
        />
      )}
      <Chart label={texts.forecastOf(target, shown.name)} height={320} option={picture} />
      <p className="soft">{texts.intervalHint}</p>
      <h3>{texts.byStep}</h3>
      <p className="soft">{texts.byStepHint}</p>
      <Chart label={texts.errorByStep} height={220} option={errors} />
      <List
        label={texts.byStep}
        items={steps}
        keyOf={({ step }) => String(step)}
        empty={texts.noScores}
        columns={[
          { title: texts.stepAhead, isNumber: true, cell: ({ step }) => formatCount(step) },
          { title: texts.rmse, isNumber: true, cell: ({ rmse }) => short(rmse) },
          { title: texts.naive(texts.rmse), isNumber: true, cell: ({ naiveRmse }) => short(naiveRmse) },
          { title: texts.mae, isNumber: true, cell: ({ mae }) => short(mae) },
          { title: texts.naive(texts.mae), isNumber: true, cell: ({ naiveMae }) => short(naiveMae) },
          { title: texts.inInterval, isNumber: true, cell: ({ covered }) => `${(100 * covered).toFixed(0)} %` },
          { title: texts.testRows, isNumber: true, cell: ({ rows }) => formatCount(rows) },
        ]}
      />
      <h3>{texts.nextValues}</h3>
      <List
        label={texts.nextValues}
        items={future.time.map((time, i) => ({
          time,
          value: future.value[i]!,
          low: future.low[i]!,
          high: future.high[i]!,
        }))}
        keyOf={({ time }) => String(time)}
        empty={texts.noScores}
        columns={[
          { title: texts.time, cell: ({ time }) => timeWords(time, isDate) },
          { title: texts.forecast, isNumber: true, cell: ({ value }) => short(value) },
          { title: texts.from80, isNumber: true, cell: ({ low }) => short(low) },
          { title: texts.to80, isNumber: true, cell: ({ high }) => short(high) },
        ]}
      />
    </div>
  )
}
