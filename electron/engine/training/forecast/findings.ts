import type { NumericColumn } from '../../../../shared/inference/table.ts'
import type { ForecastFindings } from '../../../../shared/model/forecast.ts'
import type { FittedModel, TrainingData } from '../algorithm.ts'
import type { Split } from '../splits/index.ts'
import type { Frame } from './frame.ts'
import { boundsOf, spreadsOf } from './intervals.ts'

const shownSeries = 6
/** Values before the forecast that are drawn: enough to see it in, and what it goes on from. */
const shownValues = ({ horizon, season }: Frame) => Math.min(400, Math.max(60, 6 * horizon, 4 * season))

/**
 * The test rows by the step ahead, beside the value of one season before, and a picture of some series. Intervals come from the errors of the
 * validation rows.
 */
export async function forecastFindings(
  frame: Frame,
  split: Split,
  data: TrainingData,
  fitted: Pick<FittedModel, 'predict'>,
): Promise<ForecastFindings> {
  const { horizon, season, series, grid, values, steps } = frame
  const naive = (data.table.columns.find(({ name }) => name === data.base) as NumericColumn).values
  const time = frame.table.columns[0]!
  const spreads = spreadsOf(frame, split.validation, await fitted.predict(split.validation))
  const tested = await fitted.predict(split.test)
  const [lows, highs] = boundsOf(frame, split.test, tested, spreads)
  const told = Array.from({ length: horizon }, (_, i) => {
    const own = Array.from(split.test.keys()).filter(at => steps[split.test[at]!] === i + 1)
    const mean = (of: (at: number) => number) => own.reduce((sum, at) => sum + of(at), 0) / own.length
    const truth = (at: number) => values[split.test[at]!]!
    const error = (at: number) => truth(at) - tested[at]!
    const naiveError = (at: number) => truth(at) - naive[split.test[at]!]!
    return {
      step: i + 1,
      rows: own.length,
      rmse: Math.sqrt(mean(at => error(at) ** 2)),
      mae: mean(at => Math.abs(error(at))),
      naiveRmse: Math.sqrt(mean(at => naiveError(at) ** 2)),
      naiveMae: mean(at => Math.abs(naiveError(at))),
      covered: mean(at => Number(truth(at) >= lows[at]! && truth(at) <= highs[at]!)),
    }
  })
  const drawn = series
    .map((each, place) => ({ ...each, place }))
    .sort((a, b) => b.values.length - a.values.length || a.place - b.place)
    .slice(0, shownSeries)
  const shown: ForecastFindings['series'] = []
  for (const { name, place, first, values: own } of drawn) {
    const last = first + own.length - 1
    const from = Math.max(0, own.length - shownValues(frame))
    const foretold = async (origin: number) => {
      const rows = rowsFrom(frame, place, origin)
      const answers = await fitted.predict(rows)
      const [low, high] = boundsOf(frame, rows, answers, spreads)
      return {
        time: Array.from(rows, row => grid.timeOf(origin + steps[row]!)),
        value: [...answers],
        low: [...low],
        high: [...high],
      }
    }
    const kept = own.subarray(from)
    shown.push({
      name,
      actual: {
        time: Array.from(kept, (_, i) => grid.timeOf(first + from + i)),
        value: Array.from(kept, value => (Number.isNaN(value) ? null : value)),
      },
      backtest: await foretold(latestOrigin(frame, place, last - horizon)),
      future: await foretold(last),
    })
  }
  return {
    kind: 'forecast',
    every: grid.every,
    isDate: time.type === 'date' || time.type === 'datetime',
    ...{ season, lags: frame.lags.length },
    steps: told.filter(({ rows }) => rows > 0),
    series: shown,
  }
}

/** The last origin at or before a place that there are rows of. */
function latestOrigin({ origins, ofSeries }: Frame, series: number, most: number): number {
  return origins.reduce(
    (best, origin, row) => (ofSeries[row] === series && origin <= most ? Math.max(best, origin) : best),
    -1,
  )
}

function rowsFrom({ origins, ofSeries }: Frame, series: number, origin: number): Int32Array {
  return Int32Array.from(origins.keys()).filter(row => ofSeries[row] === series && origins[row] === origin)
}
