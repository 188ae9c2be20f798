import { loadavg } from 'node:os'

/** One line of the table of `bench learn`. */
export interface Row {
  work: string
  unit: string
  lathe: number
  /** Null where there is nothing to hold it against. */
  peer: number | null
  ratio: number | null
  bar: number | null
  moonshot: number | null
  /** Left out where nothing is scored. */
  scoreDifference?: number
}

export const header = "work | lathe | peer | ratio | bar | moonshot | score less the peer's | load"

/** Prints a row, and gives it as a line of JSON. */
export function tell(row: Row): string {
  const load = loadavg()[0]!
  const { scoreDifference = Number.NaN } = row
  const cells = [row.lathe, row.peer, row.ratio].map(value => value?.toPrecision(3) ?? '–')
  const limits = [row.bar, row.moonshot].map(value => (value === null ? '–' : `≤ ${value.toPrecision(2)}`))
  const difference = Number.isNaN(scoreDifference) ? '–' : scoreDifference.toFixed(4)
  console.log([row.work, ...cells, ...limits, difference, load.toFixed(1)].join(' | '))
  return JSON.stringify({ ...row, load })
}
