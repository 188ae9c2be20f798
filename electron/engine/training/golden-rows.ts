import type { Golden, ReferenceColumn, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import { Pcg32 } from '../numerics/index.ts'

type GoldenRow = Golden['rows'][number]

const drawnRows = 28

/** |Δ| that two machines may differ by: of probabilities, or of values relative to max(1, |y|). */
export const goldenTolerance = 1e-4

/**
 * Rows that a model is tried on wherever it is taken: each value drawn on its own from the bins of its column, so that no row is one
 * that was seen, and four at the edges: all smallest, all largest, all missing, and texts that nobody has seen.
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
  const drawn = Array.from({ length: drawnRows }, () => rowOf(column => draw(column, random)))
  return [
    ...drawn,
    rowOf(column => (column.kind === 'number' ? column.min : (column.labels[0] ?? null))),
    rowOf(column => (column.kind === 'number' ? column.max : (column.labels.at(-1) ?? null))),
    rowOf(() => null),
    rowOf(column => (column.kind === 'number' ? column.min : 'a text that nobody has seen')),
  ]
}

/** A value from a bin drawn by its count: in the middle of a number's bin, rounded to what float32 holds. */
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
  return Math.fround(low + (high - low) * random.nextFloat())
}
