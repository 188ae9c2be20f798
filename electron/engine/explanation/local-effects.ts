import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { LocalEffects } from '../../../shared/model/explanation.ts'
import type { Predict } from './importance.ts'

const mostIntervals = 20

/**
 * Accumulated local effects (Apley and Zhu 2020, §2): over intervals of equal counts of rows, the mean change of the answer of the rows that lie in one
 * when their value moves from its lower edge to its upper, added up, with mean 0 over the rows. A row is never asked far from where it is. Edges are
 * quantiles that rows have, each interval without its lower edge but the first. Rows without a value are left out; null for texts, truth
 * values, and fewer than two different numbers.
 */
export async function localEffects(
  table: Table,
  predict: Predict,
  name: string,
  intervals = mostIntervals,
): Promise<LocalEffects | null> {
  const at = table.columns.findIndex(column => column.name === name)
  const column = table.columns[at]!
  if (column.kind !== 'numeric' || column.type === 'boolean') return null
  const rows = Int32Array.from(column.values.keys()).filter(row => Number.isFinite(column.values[row]!))
  const values = Float64Array.from(rows, row => column.values[row]!)
  const sorted = values.slice().sort()
  const quantile = (_: unknown, i: number) => sorted[Math.floor((i / intervals) * (sorted.length - 1))]!
  const edges = [...new Set(Array.from({ length: intervals + 1 }, quantile))]
  if (sorted.length < 2 || edges.length < 2) return null
  const intervalOf = values.map(value => Math.max(0, edges.findIndex(edge => value <= edge) - 1))
  const some = selectRows(table, rows)
  const asked = (side: 0 | 1) => {
    const moved = Float64Array.from(intervalOf, interval => edges[interval + side]!)
    return predict({ ...some, columns: some.columns.with(at, { ...column, values: moved }) })
  }
  const [low, high] = [await asked(0), await asked(1)]
  const counts = edges.slice(1).map(() => 0)
  for (const interval of intervalOf) counts[interval]! += 1
  const width = low.length / rows.length
  return {
    edges,
    counts,
    values: Array.from({ length: width }, (_, k) => {
      const changes = counts.map(() => 0)
      intervalOf.forEach((interval, i) => {
        changes[interval]! += (high[i * width + k]! - low[i * width + k]!) / counts[interval]!
      })
      const sums = [0]
      for (const change of changes) sums.push(sums.at(-1)! + change)
      const middle = counts.reduce((sum, count, i) => sum + (count * (sums[i]! + sums[i + 1]!)) / 2 / rows.length, 0)
      return sums.map(sum => sum - middle)
    }),
  }
}
