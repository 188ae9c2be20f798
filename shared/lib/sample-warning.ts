import { formatCount } from './format.ts'

/** What is said of a run that saw a part of the rows. */
export const sampleWarning = (rows: number, of: number) =>
  `It learned from and was measured by ${formatCount(rows)} rows, drawn from all ${formatCount(of)} by its seed`
