import type { Golden, ReferenceColumn, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { shortFloat } from '../../../shared/inference/row-fields.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import { Pcg32 } from '../numerics/index.ts'

type GoldenRow = Golden['rows'][number]

const mostDrawn = 28
/** Values of all rows together, where that leaves one that is drawn: some 25 bytes each in the bundle. */
const mostValues = 131_072

/** |Δ| that two machines may differ by: of probabilities, or of values relative to max(1, |y|). */
export const goldenTolerance = 1e-4

/**
 * Rows that a model is tried on wherever it is taken: each value drawn on its own from the bins of its column, so that no row is one
 * that was seen, and some at the edges: all small, all large, all missing, and, where there are texts, such as nobody has seen. Of more than 4,096
 * columns fewer are drawn.
 */
export function makeGoldenRows({ columns }: Signature, profile: ReferenceProfile): GoldenRow[] {
  const random = new Pcg32(1, 3)
  const known = new Map(profile.columns.map(column => [column.name, column]))
  const rowOf = (value: (column: ReferenceColumn) => GoldenRow[string]): GoldenRow =>
    Object.fromEntries(
      columns.map(({ name, type }) => {
        const drawn = value(known.get(name)!)
        return [name, type === 'boolean' && drawn !== null ? drawn === 'true' : drawn]
      }),
    )
  const edges = [
    rowOf(column => (column.kind === 'number' ? column.min : (column.labels[0] ?? null))),
    rowOf(column => (column.kind === 'number' ? column.max : (column.labels.at(-1) ?? null))),
    rowOf(() => null),
  ]
  if (columns.some(({ type }) => type === 'text'))
    edges.push(rowOf(column => (column.kind === 'number' ? column.min : 'a text that nobody has seen')))
  const left = Math.floor(mostValues / columns.length) - edges.length
  const drawn = Array.from({ length: Math.max(1, Math.min(mostDrawn, left)) }, () =>
    rowOf(column => draw(column, random)),
  )
  return [...drawn, ...edges]
}

/** A value from a bin drawn by its count: somewhere in a number's bin, as short as float32 holds it. */
function draw(column: ReferenceColumn, random: Pcg32): number | string | null {
  const total = column.counts.reduce((sum, count) => sum + count, column.missing)
  let at = random.nextFloat() * total
  const bin = column.counts.findIndex(count => {
    at -= count
    return at < 0
  })
  if (bin < 0) return null
  if (column.kind === 'category') return column.labels[bin] ?? 'a rare text'
  const low = column.edges[bin - 1] ?? column.min ?? 0
  const high = column.edges[bin] ?? column.max ?? low
  return shortFloat(Math.fround(low + (high - low) * random.nextFloat()))
}
