import type { Turn } from './row-view.ts'
import type { SortIndex } from './sort-index.ts'

/** Places of an order that are looked at in a round, for each test. */
const looks = 64

/**
 * The first place by ascending value at which each of these turns is true; that behind all values where it is true of none. `open` gives the
 * index anew in each round; `ask` is given rows, and answers for each what the turns say of it. Takes one round of 64 rows a turn at most; where
 * the index keeps no values, or they are texts, as many as it takes to find one of its different values: four among 10 million.
 */
export async function findTurns(
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
