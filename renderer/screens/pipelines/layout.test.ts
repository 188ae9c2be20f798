import { expect, test } from 'vitest'
import { type Arrow, layOut } from './layout.ts'

const arrows = (...pairs: [number, number][]): Arrow[] => pairs.map(([from, to]) => ({ from, to }))

/** Pairs of arrows between the same two columns that cross. */
function crossings(all: Arrow[], { places }: ReturnType<typeof layOut>): number {
  const at = (node: number) => places[node]!
  let count = 0
  for (const [i, a] of all.entries()) {
    for (const b of all.slice(i + 1)) {
      if (at(a.from).column !== at(b.from).column || at(a.to).column !== at(b.to).column) continue
      if ((at(a.from).row - at(b.from).row) * (at(a.to).row - at(b.to).row) < 0) count += 1
    }
  }
  return count
}

test('nothing, and one thing', () => {
  expect(layOut(0, [])).toEqual({ places: [], bends: [], columns: 0, rows: 0 })
  expect(layOut(1, [])).toEqual({ places: [{ column: 0, row: 0 }], bends: [], columns: 1, rows: 1 })
})

test('a chain is a straight line, each node right of what led to it', () => {
  const { places, columns, rows } = layOut(4, arrows([2, 0], [0, 3], [3, 1]))
  expect(places.map(({ column }) => column)).toEqual([1, 3, 0, 2])
  expect(new Set(places.map(({ row }) => row))).toEqual(new Set([0]))
  expect([columns, rows]).toEqual([4, 1])
})

test('a ring is opened, and an entrance of it lies left', () => {
  const { places } = layOut(4, arrows([3, 0], [0, 1], [1, 2], [2, 0]))
  expect(places.map(({ column }) => column)).toEqual([1, 2, 3, 0])
})

test('a long arrow passes each column between its ends, clear of the nodes there', () => {
  const { places, bends, rows } = layOut(4, arrows([0, 1], [1, 2], [2, 3], [0, 3]))
  expect(bends.map(each => each.map(({ column }) => column))).toEqual([[], [], [], [1, 2]])
  for (const { column, row } of bends[3]!) {
    const node = places.find(place => place.column === column)!
    expect(Math.abs(node.row - row)).toBeGreaterThanOrEqual(0.7 - 1e-9)
    // Within the drawing, whose first row begins half a row above 0.
    expect(Math.abs(row + 0.5 - rows / 2)).toBeLessThanOrEqual(rows / 2)
  }
})

test('an arrow that points back has no bends', () => {
  expect(layOut(3, arrows([0, 1], [1, 2], [2, 0])).bends).toEqual([[], [], []])
})

test('what nothing led to lies right before what it led to', () => {
  const { places } = layOut(5, arrows([0, 1], [1, 2], [2, 3], [4, 3]))
  expect(places[4]!.column).toBe(2)
})

test('things of a column never lie over each other, and a hub lies in the middle of its own', () => {
  const fan = Array.from({ length: 9 }, (_, i): [number, number] => [0, i + 1])
  const { places, rows } = layOut(10, arrows(...fan))
  const leaves = places.slice(1).map(({ row }) => row)
  expect(new Set(leaves).size).toBe(9)
  expect(rows).toBeCloseTo(9)
  expect(places[0]!.row).toBeCloseTo(4)
})

test('parts that nothing joins lie below each other', () => {
  const { places, rows } = layOut(6, arrows([0, 2], [2, 4], [1, 3], [3, 5]))
  const [first, second] = [
    [0, 2, 4],
    [1, 3, 5],
  ].map(part => part.map(node => places[node]!.row))
  expect(new Set(first)).toEqual(new Set([0]))
  expect(new Set(second)).toEqual(new Set([1.25]))
  expect(rows).toBe(2.25)
})

test('crossings that need not be are not', () => {
  // Two chains and a bridge, named so that the order of the numbers would cross them.
  const all = arrows([0, 3], [1, 2], [3, 4], [2, 5], [4, 6], [5, 7], [0, 2])
  expect(crossings(all, layOut(8, all))).toBe(0)
})

test('a long chain does not overflow the stack', () => {
  const chain = Array.from({ length: 19_999 }, (_, i): [number, number] => [i, i + 1])
  expect(layOut(20_000, arrows(...chain)).columns).toBe(20_000)
})
