import { AppError } from '../../../../shared/errors.ts'
import type { Numbers, NumericColumn } from '../../../../shared/inference/table.ts'
import { formatCount } from '../../../../shared/lib/format.ts'

const second = 1000
const hour = 3_600_000
const day = 86_400_000
/** Of a series from its first time to its last: more would not go into memory, and so many are there by mistake. */
const mostPlaces = 20_000_000

/** Times as whole steps: what lies at which place, and which time a place is. */
export interface Grid {
  /** One a row of the table. */
  places: Int32Array
  timeOf(place: number): number
  /** In words: `1 day`, `3 months`, `0.5`. */
  every: string
  /** Steps of dates that are shorter than a day. */
  isWithinDays: boolean
  /** Steps after which such series mostly repeat themselves. */
  usualSeason: number
}

/**
 * The distance of the times is the most frequent one between neighbours of a series (`series`: one code a row). Months, quarters and years are
 * counted by the calendar (UTC). With `isOrderOnly` each time that occurs is one step from the one before it, whatever lies between.
 * Throws `bad-data` naming a row whose time lies between two steps.
 */
export function gridOf(column: NumericColumn, series: Int32Array, rows: Int32Array, isOrderOnly: boolean): Grid {
  const { name, values, type } = column
  const isDate = type === 'date' || type === 'datetime'
  const found = usualDistance(values, series, rows)
  if (found === null) {
    throw new AppError(
      'bad-data',
      `Every series has one time only in "${name}": there is nothing to learn a forecast from`,
      {
        mend: 'Name the column of the times with --time, and of the series with --series.',
      },
    )
  }
  const perYear = isDate ? 0 : partsOfYear(values, rows, found)
  const distance = perYear ? 1 / perYear : found
  const months = isDate ? monthsOf(distance) : 0
  const every = isDate ? dateWords(distance, months) : perYear ? `1/${perYear}` : String(distance)
  const usualSeason = isDate ? seasonOf(distance, months) : perYear || 1
  const isWithinDays = isDate && distance < day
  const told = { usualSeason, isWithinDays }
  if (isOrderOnly) return { ...byOrder(values, rows, distance), every: `a row, mostly ${every}`, ...told }
  if (months) return { ...byMonths(values, rows, months), every, ...told }
  const first = rows.reduce((least, row) => Math.min(least, values[row]!), Number.POSITIVE_INFINITY)
  // Midnights that were local ones move by an hour with the clocks.
  const slack = isDate && distance >= day ? (1.01 * hour) / distance : 0.01
  refuseFar(column, rows, distance, every)
  const places = new Int32Array(values.length)
  for (const row of rows) {
    const exact = (values[row]! - first) / distance
    const place = Math.round(exact)
    if (Math.abs(exact - place) > slack) {
      throw new AppError('bad-data', `Row ${row + 1}: "${name}" lies between two steps of ${every}`, {
        mend: 'Bring the times to equal steps (of days or hours, say), or count rows instead of times with --gaps ignore.',
      })
    }
    places[row] = place
  }
  return { places, timeOf: place => first + place * distance, every, ...told }
}

/** Throws `bad-data` naming the row whose time lies apart from all others where these are more steps than can be. */
function refuseFar({ name, values, type }: NumericColumn, rows: Int32Array, distance: number, every: string): void {
  const order = Int32Array.from(rows).sort((a, b) => values[a]! - values[b]!)
  const [first, last] = [order[0]!, order.at(-1)!]
  const steps = (values[last]! - values[first]!) / distance
  if (steps < mostPlaces) return
  const middle = values[order[order.length >> 1]!]!
  const far = values[last]! - middle > middle - values[first]! ? last : first
  const time = values[far]!
  const told = type === 'number' || type === 'integer' ? String(time) : new Date(time).toISOString().slice(0, 19)
  throw new AppError(
    'bad-data',
    `Row ${far + 1}: "${name}" is ${told.replace('T', ' ')}; from the first time to the last there are ${formatCount(Math.round(steps))} steps of ${every}, more than ${formatCount(mostPlaces)}`,
    {
      mend: 'Correct the time if it is a mistake, bring the times to longer steps, or count rows instead of times with --gaps ignore.',
    },
  )
}

/** Null where no series has two times. */
function usualDistance(values: Numbers, series: Int32Array, rows: Int32Array): number | null {
  const order = Int32Array.from(rows).sort((a, b) => series[a]! - series[b]! || values[a]! - values[b]!)
  const counts = new Map<number, number>()
  for (let i = 1; i < order.length; i += 1) {
    const [before, after] = [order[i - 1]!, order[i]!]
    const distance = values[after]! - values[before]!
    if (series[before] === series[after] && distance > 0) counts.set(distance, (counts.get(distance) ?? 0) + 1)
  }
  let usual: number | null = null
  for (const [distance, count] of counts) {
    const most = usual === null ? 0 : counts.get(usual)!
    if (count > most || (count === most && distance < usual!)) usual = distance
  }
  return usual
}

/**
 * How many steps a year has where times are years and parts of them (1949, 1949.083…: a time series of R written to a file); else 0, and of whole
 * years too.
 */
function partsOfYear(values: Numbers, rows: Int32Array, distance: number): number {
  const parts = Math.round(1 / distance)
  const areYears = rows.every(row => values[row]! >= 1500 && values[row]! < 2500)
  return areYears && parts > 1 && Math.abs(parts * distance - 1) < 1e-3 ? parts : 0
}

/** 1, 3, 6 or 12 where the distance is that of months; else 0. */
function monthsOf(distance: number): number {
  const days = distance / day
  return [1, 3, 6, 12].find(months => days >= 30.4 * months - 2.6 && days <= 30.5 * months + 2.1 && days >= 28) ?? 0
}

function byMonths(values: Numbers, rows: Int32Array, months: number): Pick<Grid, 'places' | 'timeOf'> {
  const monthOf = (time: number) => {
    const date = new Date(time)
    return date.getUTCFullYear() * 12 + date.getUTCMonth()
  }
  const first = rows.reduce((least, row) => Math.min(least, monthOf(values[row]!)), Number.POSITIVE_INFINITY)
  const places = new Int32Array(values.length)
  let latest = 1
  for (const row of rows) {
    places[row] = Math.floor((monthOf(values[row]!) - first) / months)
    latest = Math.max(latest, new Date(values[row]!).getUTCDate())
  }
  return {
    places,
    timeOf(place) {
      const month = first + place * months
      const ofMonth = new Date(Date.UTC(Math.floor(month / 12), (month % 12) + 1, 0)).getUTCDate()
      return Date.UTC(Math.floor(month / 12), month % 12, Math.min(latest, ofMonth))
    },
  }
}

function byOrder(values: Numbers, rows: Int32Array, distance: number): Pick<Grid, 'places' | 'timeOf'> {
  const times = Float64Array.from(new Set(Array.from(rows, row => values[row]!))).sort()
  const placeOf = new Map(Array.from(times, (time, place) => [time, place]))
  const last = times.length - 1
  return {
    places: Int32Array.from(values, value => placeOf.get(value) ?? 0),
    timeOf: place => (place <= last ? times[place]! : times[last]! + (place - last) * distance),
  }
}

function dateWords(distance: number, months: number): string {
  const words = (count: number, unit: string) => `${Number(count.toPrecision(6))} ${unit}${count === 1 ? '' : 's'}`
  if (months) return months === 12 ? '1 year' : words(months, 'month')
  if (distance % day === 0) return words(distance / day, 'day')
  return distance % hour === 0 ? words(distance / hour, 'hour') : words(distance / second, 'second')
}

/** The next longer cycle of people: a day for hours and less, a week for days, a year for weeks and months. */
function seasonOf(distance: number, months: number): number {
  if (months) return 12 / months
  if (distance < day) return Math.max(1, Math.round(day / distance))
  if (distance < 7 * day) return Math.max(1, Math.round((7 * day) / distance))
  return Math.max(1, Math.round((365.25 * day) / distance))
}
