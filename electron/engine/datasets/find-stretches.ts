import { identifier } from './duckdb.ts'
import type { OfTexts, OfTurns, Stretches, Turn } from './row-view.ts'
import type { Range, SortIndex } from './sort-index.ts'

/** Places of an order that are looked at in a round, for each test. */
const looks = 64

/** What a question gave, row by row. */
export type Ask = (sql: string, values: (string | number)[]) => Promise<unknown[][]>

/** Places by ascending value of what a condition lets through, ascending. `open` gives the index anew where it was waited; `file` is asked about a few rows only. */
export function findStretches(stretches: Stretches, file: string, open: () => SortIndex, ask: Ask): Promise<Range[]> {
  return 'turns' in stretches ? betweenTurns(stretches, file, open, ask) : ofTexts(stretches, open, ask)
}

/** The same to within a few places, by the values alone that the index keeps; null where they do not tell. */
export function guessStretches(stretches: Stretches, index: SortIndex): Range[] | null {
  if (!('turns' in stretches) || stretches.turns.some(({ number }) => number === null)) return null
  return rangesBetween(
    stretches,
    stretches.turns.map(({ number, isBehind }) => index.boundsOf(Number(number), isBehind).from),
  )
}

/** Asks of each different text, and of a missing one, whether it is let through. */
async function ofTexts({ index, column, condition }: OfTexts, open: () => SortIndex, ask: Ask): Promise<Range[]> {
  // The number of each, that of the missing one -1, stands under a name that cannot be the column's.
  const [text, number] = [identifier(column), identifier(`${column} `)]
  const found = await ask(
    `SELECT ${number} FROM (SELECT unnest(texts) AS ${text}, unnest(range(-1, len(texts) - 1)) AS ${number}
       FROM (SELECT list_prepend(NULL, from_json(?, '["VARCHAR"]')) AS texts)) WHERE ${condition.sql}`,
    [open().texts(), ...condition.values],
  )
  const numbers = found.map(([each]) => Number(each)).sort((a, b) => a - b)
  const ranges = open().placesOf(numbers.filter(each => each >= 0))
  return numbers[0] === -1 ? [...ranges, [index.present, index.rows]] : ranges
}

function rangesBetween({ index, isIn, isMissingIn }: OfTurns, ends: number[]): Range[] {
  const ranges = isIn.map((_, i): Range => [ends[i - 1] ?? 0, ends[i] ?? index.present])
  return [...ranges.filter((_, i) => isIn[i]), ...(isMissingIn ? [[index.present, index.rows] as Range] : [])]
}

async function betweenTurns(stretches: OfTurns, file: string, open: () => SortIndex, ask: Ask): Promise<Range[]> {
  const { turns } = stretches
  const tests = turns.map(({ sql }) => sql)
  const values = turns.flatMap(turn => turn.values)
  const ends = await findTurns(open, turns, async rows => {
    const answers = await ask(
      `SELECT file_row_number, ${tests.join(', ')} FROM read_parquet(?, file_row_number = true)
       WHERE file_row_number IN (${rows.join(', ')})`,
      [...values, file],
    )
    return new Map(answers.map(([row, ...told]) => [Number(row), told.map(Boolean)]))
  })
  return rangesBetween(stretches, ends)
}

/**
 * The first place by ascending value at which each of these turns is true; that behind all values where it is true of none. `open` gives the
 * index anew in each round; `ask` is given rows, and answers for each what the turns say of it. Takes one round of 16 rows a turn at most; of
 * texts as many as it takes to find one of the different ones.
 */
async function findTurns(
  open: () => SortIndex,
  turns: readonly Turn[],
  ask: (rows: number[]) => Promise<Map<number, boolean[]>>,
): Promise<number[]> {
  const bounds = turns.map(({ number, isBehind }) =>
    number === null ? { from: 0, to: open().present } : open().boundsOf(Number(number), isBehind),
  )
  for (;;) {
    const index = open()
    const looked = bounds.map(({ from, to }) => {
      const step = Math.max(1, (to - from) / (looks + 1))
      const places = from === to ? [] : Array.from({ length: looks }, (_, i) => Math.floor(from + (i + 0.5) * step))
      return places
        .filter(place => place < to)
        .map(place => index.groupOf(place))
        .map(group => ({ ...group, row: index.rowAt(group.from) }))
    })
    const rows = new Set(looked.flat().map(({ row }) => row))
    if (rows.size === 0) return bounds.map(({ from }) => from)
    const answers = await ask([...rows])
    for (const [test, groups] of looked.entries()) {
      const bound = bounds[test]!
      for (const { row, from, to } of groups) {
        if (answers.get(row)?.[test]) bound.to = Math.min(bound.to, from)
        else bound.from = Math.max(bound.from, to)
      }
    }
  }
}
