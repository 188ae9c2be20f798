import { argsort } from '../../numerics/index.ts'
import type { Metric } from './metric.ts'

export const medianAbsoluteError: Metric = {
  id: 'median-absolute-error',
  help: 'Half of the rows are off by no more than this, in the unit of the target.',
  prepare({ errors, rows }) {
    const sizes = errors.map(Math.abs)
    const order = argsort(sizes)
    return ({ weights }) => {
      // The middle one of an odd number, the mean of the middle two of an even one.
      const lowRank = Math.floor((rows - 1) / 2)
      const highRank = Math.floor(rows / 2)
      let seen = 0
      let low = Number.NaN
      for (const row of order) {
        seen += weights[row]!
        if (seen > lowRank && Number.isNaN(low)) low = sizes[row]!
        if (seen > highRank) return (low + sizes[row]!) / 2
      }
      return null
    }
  },
}
