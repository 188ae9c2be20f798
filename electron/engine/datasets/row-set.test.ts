import { expect, test } from 'vitest'
import { RowMarks, RowSet } from './row-set.ts'

let state = 5
/** Below a number, by a seeded generator. */
function draw(below: number): number {
  state = (state * 1_103_515_245 + 12_345) % 2 ** 31
  return Math.floor((state / 2 ** 31) * below)
}

const sizes = [1, 7, 8, 31, 32, 33, 4095, 4096, 4097, 20_001]
const shares = [0, 0.001, 0.3, 0.99, 1]

const drawn = (rows: number, share: number) => Array.from({ length: rows }, () => draw(1000) < share * 1000)
const rowsOf = (isIn: boolean[]) => [...isIn.keys()].filter(row => isIn[row])

function marksOf(isIn: boolean[]): RowMarks {
  const marks = new RowMarks(isIn.length)
  marks.flip(Uint32Array.from(rowsOf(isIn).toReversed()))
  return marks
}

function expectSame(set: RowSet, isIn: boolean[]): void {
  const expected = rowsOf(isIn)
  expect(set.total).toBe(expected.length)
  expect([...isIn.keys()].filter(row => set.has(row))).toEqual(expected)
  expect(set.slice(0, isIn.length + 100)).toEqual(expected)
  for (const offset of [1, draw(isIn.length), expected.length - 3, expected.length, isIn.length, 2 * isIn.length]) {
    if (offset >= 0) expect(set.slice(offset, 60)).toEqual(expected.slice(offset, offset + 60))
  }
  const some = Uint32Array.from({ length: 300 }, () => draw(isIn.length))
  expect(set.countAmong(some)).toBe([...some].filter(row => isIn[row]).length)
}

test.each(sizes)(
  'sets of %i rows are those of a list of them: marked, told by sections, flipped, read of bits, and what two have in common',
  rows => {
    for (const share of shares) {
      const isIn = drawn(rows, share)
      expectSame(marksOf(isIn).toSet(), isIn)

      const sections = new Uint8Array(Math.ceil(rows / 32) * 32).map(() => draw(128))
      for (const [from, to] of [
        [0, 128],
        [0, 1],
        [127, 128],
        [17, 80],
        [64, 64],
      ] as const) {
        const ofSections = new RowMarks(rows)
        for (let first = 0; first < sections.length; first += 64)
          ofSections.addSections(first, new Uint32Array(sections.slice(first, first + 64).buffer), from, to)
        expectSame(
          ofSections.toSet(),
          isIn.map((_, row) => sections[row]! >= from && sections[row]! < to),
        )
      }

      const other = drawn(rows, 0.5)
      const flipped = marksOf(isIn)
      flipped.flip(Uint32Array.from(rowsOf(other)))
      expectSame(
        flipped.toSet(),
        isIn.map((each, row) => each !== other[row]),
      )

      const bits = new Uint8Array(Math.ceil(rows / 8))
      for (const row of rowsOf(isIn)) bits[row >> 3]! |= 128 >> (row & 7)
      const read = new RowMarks(rows)
      read.addBits(bits)
      expectSame(read.toSet(), isIn)

      for (const second of [isIn, other, drawn(rows, 0), drawn(rows, 1)]) {
        const both = marksOf(isIn).toSet().and(marksOf(second).toSet())
        expectSame(
          both,
          isIn.map((each, row) => each && second[row]!),
        )
      }
    }
  },
)

test('a set of no rows at all is empty', () => {
  expect(new RowMarks(0).toSet().slice(0, 10)).toEqual([])
  expect(new RowSet(new Uint32Array(0)).total).toBe(0)
})
