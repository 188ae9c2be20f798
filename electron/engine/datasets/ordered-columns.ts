import type { ColumnProfile } from '../../../shared/model/dataset.ts'
import { searchSorted } from '../numerics/index.ts'
import type { DuckDBConnection } from './duckdb.ts'
import { Sorter, type Unsorted } from './sorter.ts'
import type { ValueOrder } from './value-order.ts'

/** What is read off the values of a numeric column once they are sorted. */
export interface Ordered {
  /** Values of their own; both zeros are one. */
  distinct: number
  infinite: number
  /** Of the finite values; null where there is none. */
  min: number | null
  max: number | null
  quantiles: number[] | null
  histogram: ColumnProfile['histogram']
}

/** Takes, of so many columns from the first on, the order of their rows. */
export interface IndexSink {
  indexes: number
  keep(column: number, order: ValueOrder): Promise<void>
}

export const quantileLevels = [0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1]
const histogramBins = 30
/** Read by one query. */
const mostCells = 1 << 23
const mostColumns = 500

/**
 * Reads columns, each an expression of type DOUBLE, and sorts each by itself, on threads where they are long: a few columns at once are in memory, and it
 * takes a fraction of the time of counting and ranking them in one query. In the order of `expressions`.
 */
export async function orderColumns(
  connection: DuckDBConnection,
  relation: string,
  expressions: readonly string[],
  rows: number,
  progress: (fraction: number) => void,
  { indexes, keep }: IndexSink = noIndexes,
): Promise<Ordered[]> {
  const sorter = new Sorter(rows, indexes > 0)
  const ordered: Promise<Ordered>[] = []
  const atOnce = Math.max(1, Math.min(mostColumns, Math.floor(mostCells / rows)))
  try {
    for (let start = 0; start < expressions.length; start += atOnce) {
      const read = await readNumbers(connection, relation, expressions.slice(start, start + atOnce), rows)
      for (const [i, column] of read.entries()) {
        const one = sorter.sort({ ...column, isIndexed: start + i < indexes }).then(async ({ values, index }) => {
          if (index) await keep(start + i, index)
          return summarise(values)
        })
        // What fails before it is waited for is told then.
        one.catch(() => {})
        ordered.push(one)
      }
      progress(Math.min(1, (start + atOnce) / expressions.length))
      // No more in memory than the threads are busy with.
      await ordered.at(-1 - sorter.threads)
    }
    return await Promise.all(ordered)
  } finally {
    await Promise.allSettled(ordered)
    await sorter.close()
  }
}

const noIndexes: IndexSink = { indexes: 0, keep: () => Promise.resolve() }

/** The values that are there, in the order of the file. */
async function readNumbers(
  connection: DuckDBConnection,
  relation: string,
  expressions: readonly string[],
  rows: number,
): Promise<Pick<Unsorted, 'values' | 'isMissing'>[]> {
  const result = await connection.stream(`SELECT ${expressions.join(', ')} FROM ${relation}`)
  const columns = expressions.map(() => new Float64Array(rows))
  const counts = expressions.map(() => 0)
  const missing = expressions.map((): Uint8Array | null => null)
  for (let first = 0; ; ) {
    const chunk = await result.fetchChunk()
    if (!chunk || chunk.rowCount === 0)
      return columns.map((values, i) => ({ values: values.subarray(0, counts[i]), isMissing: missing[i]! }))
    for (const [i, values] of columns.entries()) {
      const vector = chunk.getColumnVector(i)
      let count = counts[i]!
      for (let row = 0; row < chunk.rowCount; row += 1) {
        const value = vector.getItem(row) as number | null
        // Both zeros are one.
        if (value !== null) values[count++] = value + 0
        else {
          missing[i] ??= new Uint8Array(rows)
          missing[i]![first + row] = 1
        }
      }
      counts[i] = count
    }
    first += chunk.rowCount
  }
}

function summarise(sorted: Float64Array): Ordered {
  let end = sorted.length
  while (end > 0 && Number.isNaN(sorted[end - 1])) end -= 1
  // All that is no number is one value.
  let distinct = end < sorted.length ? 1 : 0
  for (let i = 0; i < end; i += 1) if (i === 0 || sorted[i] !== sorted[i - 1]) distinct += 1
  const numbers = sorted.subarray(0, end)
  const finite = numbers.subarray(
    searchSorted(numbers, Number.NEGATIVE_INFINITY, 'right'),
    searchSorted(numbers, Number.POSITIVE_INFINITY, 'left'),
  )
  const infinite = end - finite.length
  if (finite.length === 0) return { distinct, infinite, min: null, max: null, quantiles: null, histogram: null }
  const quantiles = quantileLevels.map(level => quantileOf(finite, level))
  return { distinct, infinite, min: finite[0]!, max: finite.at(-1)!, quantiles, histogram: histogramOf(finite) }
}

/** Linear between order statistics (type 7), in the operations of DuckDB's `quantile_cont`. */
function quantileOf(sorted: Float64Array, level: number): number {
  const place = (sorted.length - 1) * level
  const [low, high] = [Math.floor(place), Math.ceil(place)]
  if (low === high) return sorted[low]!
  return sorted[low]! * (1 - (place - low)) + sorted[high]! * (place - low)
}

/** 30 bins of equal width between the least and the largest value; of one value one of width one around it. */
function histogramOf(sorted: Float64Array): NonNullable<ColumnProfile['histogram']> {
  const [least, most] = [sorted[0]!, sorted.at(-1)!]
  const [low, high] = least === most ? [least - 0.5, most + 0.5] : [least, most]
  // Where the span is larger than a double, half of everything is taken.
  const half = Number.isFinite(high - low) ? 1 : 0.5
  const [start, span] = [low * half, high * half - low * half]
  const counts = new Array<number>(histogramBins).fill(0)
  for (const value of sorted) {
    const place = ((value * half - start) / span) * histogramBins
    // The largest value, and all where the span is too short for a double.
    counts[place < histogramBins ? Math.floor(place) : histogramBins - 1]! += 1
  }
  const edges = Array.from({ length: histogramBins + 1 }, (_, j) => {
    const share = j / histogramBins
    return low * (1 - share) + high * share
  })
  return { edges, counts }
}
