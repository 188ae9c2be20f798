import { type Command, Option } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { type ForecastRequest, gapChoices, repeatChoices } from '../../shared/model/forecast.ts'
import { collectNames, wholeNumber } from './options.ts'

export interface ForecastFlags {
  forecast?: number
  time?: string
  series?: string
  season?: number
  lags?: number
  known?: string[]
  past?: string[]
  gaps: ForecastRequest['gaps']
  repeated: ForecastRequest['repeated']
}

export function addForecastFlags(command: Command): void {
  command
    .option('--forecast <steps>', 'foretell the target so many steps ahead, from its last values', wholeNumber(1, 1000))
    .option('--time <column>', 'of a forecast: when each value was')
    .option('--series <column>', 'of a forecast: which series each value is of; one series when left out')
    .option(
      '--season <steps>',
      'of a forecast: repeats itself after so many steps; told from the times when left out',
      wholeNumber(1, 10_000),
    )
    .option(
      '--lags <n>',
      'of a forecast: how many of the last values it takes; two seasons when left out',
      wholeNumber(1, 1000),
    )
    .option(
      '--known <columns>',
      'of a forecast: columns that are known in advance, such as a price (with commas, or repeat); rows without a target give them for the time to come',
      collectNames,
    )
    .option(
      '--past <columns>',
      'of a forecast: columns of which it takes the last values (with commas, or repeat)',
      collectNames,
    )
    .addOption(
      new Option(
        '--gaps <what>',
        'of a forecast: times without a value stay missing, take the previous value, or do not count',
      )
        .choices([...gapChoices])
        .default('refuse'),
    )
    .addOption(
      new Option('--repeated <what>', 'of a forecast: what several values of one time become')
        .choices([...repeatChoices])
        .default('refuse'),
    )
}

/** Undefined where nothing is to be foretold. Throws `bad-input` for one of the two flags without the other. */
export function forecastOf(flags: ForecastFlags): ForecastRequest | undefined {
  const { forecast: horizon, time, series, season, lags, known, past, gaps, repeated } = flags
  if (horizon === undefined && time === undefined) return undefined
  if (horizon !== undefined && time !== undefined)
    return { time, series, horizon, season, lags, known, past, gaps, repeated }
  throw new AppError('bad-input', `A forecast wants ${time === undefined ? 'the times' : 'how many steps ahead'} too`, {
    mend: 'Add --time COLUMN and --forecast STEPS.',
  })
}
