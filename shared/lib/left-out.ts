import { formatCount } from './format.ts'

/** Stands in a log for lines that are missing there. */
export function leftOutLine(count: number): string {
  return `… ${formatCount(count)} ${count === 1 ? 'line' : 'lines'} left out`
}
