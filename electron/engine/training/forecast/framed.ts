import { AppError } from '../../../../shared/errors.ts'
import type { Table } from '../../../../shared/inference/table.ts'
import type { ForecastRequest } from '../../../../shared/model/forecast.ts'
import { readTable } from '../../datasets/index.ts'
import { type Frame, frameSeries } from './frame.ts'

/** The rows that a forecast makes of a dataset version, as a model takes them that may look further back, or less far. */
export interface Framed {
  /** The columns that were asked for. */
  table: Table
  /** One a row: the value at the foretold time; NaN where it is missing or yet to come. */
  values: Float64Array
  frame: Frame
}

/** Throws `not-comparable` naming a column that such rows do not have. */
export async function readFramed(
  { parquetFile, target, forecast }: { parquetFile: string; target: string; forecast: ForecastRequest },
  names: readonly string[],
  signal?: AbortSignal,
): Promise<Framed> {
  const frame = frameSeries(await readTable(parquetFile, { signal }), target, forecast)
  const columns = names.map(name => {
    const column = frame.columnOf(name)
    if (column) return column
    throw new AppError('not-comparable', `The model takes "${name}", which the rows of this forecast do not have`, {
      mend: 'Hold it against a run that foretells the same series from the same columns.',
    })
  })
  return { table: { rows: frame.table.rows, columns }, values: frame.values, frame }
}

/** Throws `not-comparable` for forecasts of other times, other series, or more steps than the model foretells. */
export function refuseOtherForecast(model: ForecastRequest | null, asked: ForecastRequest | null): void {
  if (!model && !asked) return
  const isSame =
    model && asked && model.time === asked.time && model.series === asked.series && model.horizon >= asked.horizon
  if (isSame) return
  throw new AppError(
    'not-comparable',
    model && asked
      ? `The model foretells ${told(model)}, and what it is held against ${told(asked)}`
      : 'One of the two takes the last values of a series, the other does not',
    { mend: 'Hold it against what answers the same question.' },
  )
}

function told({ horizon, time, series }: ForecastRequest): string {
  return `${horizon} steps of "${time}"${series === undefined ? '' : ` for each "${series}"`}`
}
