import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { spaced } from '../evaluation/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import type { Predict } from './importance.ts'

/** Tables of more columns are wide: asking a model anew for each of them costs the square of their number. */
const wideColumns = 1000
/** Of a wide table so many columns are looked at one by one. */
const lookedColumns = 200
const blockColumns = 50
const blockRows = 200
/** Asked in all while single columns are held against each other; the more of them, the fewer rows. */
const mostCells = 4e9
const fewestRows = 10
/** Of a wide table in memory at once: it is there as numbers and as the model's input. */
const mostTableCells = 2e7

/** How many of `rows` rows of so many columns are looked at. */
export const rowsOfWide = (rows: number, columns: number) =>
  columns > wideColumns ? Math.min(rows, Math.max(100, Math.floor(mostTableCells / columns))) : rows

export interface Screened {
  /** Columns whose values move the answers most, the most moving first. */
  kept: string[]
  /** Columns that move them too, less. */
  others: string[]
}

/**
 * Which columns of a wide table a model's answers follow: the rows of each swap its values, and how far the answers move tells how much. Fifty
 * columns swap at once on up to 200 rows; where no answer changes by a bit, none of them is asked for alone, as most of a tree's are not.
 * The same seed gives the same.
 */
export async function screenColumns(
  table: Table,
  predict: Predict,
  { most, seed, onProgress }: { most: number; seed: number; onProgress(share: number): void },
): Promise<Screened> {
  const names = table.columns.map(({ name }) => name)
  const few = selectRows(table, spaced(table.rows, blockRows))
  const blocks = Array.from({ length: Math.ceil(names.length / blockColumns) }, (_, i) =>
    Array.from({ length: Math.min(blockColumns, names.length - i * blockColumns) }, (_, k) => i * blockColumns + k),
  )
  const moves = await moverOf(few, predict, seed)
  const moving: number[] = []
  for (const [i, block] of blocks.entries()) {
    onProgress((0.2 * i) / blocks.length)
    if ((await moves(block)) > 0) moving.push(...block)
  }
  const rows = Math.max(fewestRows, Math.floor(mostCells / (names.length * Math.max(1, moving.length))))
  const moveAlone = await moverOf(selectRows(few, spaced(few.rows, rows)), predict, seed)
  const found: { name: string; by: number }[] = []
  for (const [i, column] of moving.entries()) {
    onProgress(0.2 + (0.8 * i) / moving.length)
    const by = await moveAlone([column])
    if (by > 0) found.push({ name: names[column]!, by })
  }
  const sorted = found.sort((a, b) => b.by - a.by).map(({ name }) => name)
  return { kept: sorted.slice(0, most), others: sorted.slice(most) }
}

/** The same of a wide table, for what is looked at one by one; null of another, of which that is every column. */
export async function screenWide(
  table: Table,
  predict: Predict,
  options: { seed: number; onProgress(share: number): void },
): Promise<Screened | null> {
  if (table.columns.length <= wideColumns) return null
  return screenColumns(table, predict, { ...options, most: lookedColumns })
}

/** Gives the mean distance of the answers from what they were, over rows and outputs, when the columns at some places swap their values. */
async function moverOf(table: Table, predict: Predict, seed: number): Promise<(places: number[]) => Promise<number>> {
  const asIs = await predict(table)
  // Each row gets the values of the next one of a circle: none keeps its own.
  const circle = new Pcg32(seed, 7).shuffle(Int32Array.from({ length: table.rows }, (_, row) => row))
  const order = new Int32Array(table.rows)
  circle.forEach((row, i) => {
    order[row] = circle[(i + 1) % circle.length]!
  })
  return async places => {
    const columns = [...table.columns]
    const swapped = selectRows({ ...table, columns: places.map(place => columns[place]!) }, order)
    places.forEach((place, i) => {
      columns[place] = swapped.columns[i]!
    })
    const answers = await predict({ ...table, columns })
    return answers.reduce((sum, answer, i) => sum + Math.abs(answer - asIs[i]!) / answers.length, 0)
  }
}

/** What is said beside what was worked out on a wide table. */
export function saidOfWide({ kept, others }: Screened, columns: number): string {
  const moving = kept.length + others.length
  const told = `Of ${columns} columns ${moving} move its answers`
  return others.length
    ? `${told}: the ${kept.length} that move them most are looked at one by one, the others only together`
    : `${told}; the others are not looked at`
}
