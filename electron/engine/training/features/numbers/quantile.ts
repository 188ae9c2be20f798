import type { NumericColumn } from '../../../../../shared/inference/table.ts'
import { searchSorted } from '../../../numerics/index.ts'
import type { NumberEncoding } from './number-encoding.ts'

/** Places of one column that are remembered. */
const mostQuantiles = 100

/**
 * Each number as the share of the training rows that lie below it, 0 to 1: linear between `mostQuantiles` quantiles, in the middle where
 * several of them are equal, 0 and 1 at the ends and beyond. As scikit-learn's QuantileTransformer with uniform output.
 */
export const quantile: NumberEncoding = {
  id: 'quantile',
  help: 'each as the share of training rows below it, so that far values pull no more than others',
  fit(columns, train) {
    const count = Math.max(2, Math.min(mostQuantiles, train.length))
    const quantiles = columns.map(column => quantilesOf(column, train, count))
    return {
      columns: columns.map((column, k) => ({
        ...column,
        values: Float64Array.from(column.values, value =>
          Number.isFinite(value) ? shareBelow(value, quantiles[k]!) : value,
        ),
      })),
      toGraph(graph, numbers) {
        const all = Float32Array.from(quantiles.flatMap(own => Array.from(own)))
        const table = graph.floats(all, [columns.length, count])
        const flat = graph.floats(all)
        const wide = graph.node('Unsqueeze', [numbers, graph.int64s([2])])
        const counted = (comparison: string) => {
          const ones = graph.node('Cast', [graph.node(comparison, [table, wide])], { to: { int: 1 } })
          return graph.node('ReduceSum', [ones, graph.int64s([2])], { keepdims: { int: 0 } })
        }
        const [below, upTo] = [counted('Less'), counted('LessOrEqual')]
        const starts = graph.floats(columns.map((_, k) => k * count))
        const at = (places: string) => {
          const clipped = graph.node('Clip', [places, graph.float(0), graph.float(count - 1)])
          return graph.node('Gather', [
            flat,
            graph.node('Cast', [graph.node('Add', [clipped, starts])], { to: { int: 7 } }),
          ])
        }
        const low = at(graph.node('Sub', [below, graph.float(1)]))
        const gap = graph.node('Sub', [at(below), low])
        const isBetween = graph.node('And', [
          graph.node('Equal', [below, upTo]),
          graph.node('Greater', [gap, graph.float(0)]),
        ])
        const part = graph.node('Div', [
          graph.node('Sub', [numbers, low]),
          graph.node('Where', [isBetween, gap, graph.float(1)]),
        ])
        const within = graph.node('Where', [isBetween, graph.node('Sub', [part, graph.float(0.5)]), graph.float(0)])
        const middle = graph.node('Mul', [
          graph.node('Sub', [graph.node('Add', [below, upTo]), graph.float(1)]),
          graph.float(0.5),
        ])
        const share = graph.node('Div', [graph.node('Add', [middle, within]), graph.float(count - 1)])
        const isLeast = graph.node('Equal', [below, graph.float(0)])
        const isMost = graph.node('Equal', [upTo, graph.float(count)])
        const clipped = graph.node('Where', [
          isMost,
          graph.float(1),
          graph.node('Where', [isLeast, graph.float(0), share]),
        ])
        const isAbsent = graph.node('Or', [graph.node('IsNaN', [numbers]), graph.node('IsInf', [numbers])])
        return graph.node('Where', [isAbsent, numbers, clipped])
      },
    }
  },
}

/** Evenly spaced quantiles of the finite values, linear between two of them; float32. */
function quantilesOf({ values }: NumericColumn, train: Int32Array, count: number): Float32Array {
  const sorted = Float64Array.from(train, row => values[row]!)
    .filter(Number.isFinite)
    .sort()
  if (sorted.length === 0) return new Float32Array(count)
  return Float32Array.from({ length: count }, (_, i) => {
    const place = (i / (count - 1)) * (sorted.length - 1)
    const low = sorted[Math.floor(place)]!
    return low + (sorted[Math.ceil(place)]! - low) * (place - Math.floor(place))
  })
}

function shareBelow(value: number, quantiles: Float32Array): number {
  const count = quantiles.length
  const below = searchSorted(quantiles, value, 'left')
  const upTo = searchSorted(quantiles, value, 'right')
  if (upTo === count) return 1
  if (below === 0) return 0
  const low = quantiles[Math.max(0, below - 1)]!
  const gap = Math.fround(quantiles[Math.min(count - 1, below)]! - low)
  const within = below === upTo && gap > 0 ? Math.fround(Math.fround(Math.fround(value - low) / gap) - 0.5) : 0
  const place = Math.fround((below + upTo - 1) / 2 + within)
  return Math.fround(place / (count - 1))
}
