import { expect, test } from 'vitest'
import type { ReferenceProfile } from './bundle.ts'
import { DriftCounter } from './drift-counter.ts'
import { mergeWindows, sumWindows } from './drift-merge.ts'
import type { Signature } from './signature.ts'

const minute = 60_000

/** A counter of numbers from 0 to `bins` − 1, each with a bin of its own, in so many columns. */
function counterOf(columns: number, bins: number, mostKept?: number) {
  const names = Array.from({ length: columns }, (_, i) => ({ name: `x${i}`, type: 'number' as const }))
  const signature = {
    ...{ formatVersion: 1, task: 'regression', target: 'y', columns: names, inputs: [], classes: [] },
    outputs: { probabilities: null, value: 'value' },
  } as Signature
  const of = (name: string) => ({
    ...{ name, kind: 'number' as const, missing: 0, min: 0, max: bins - 1 },
    edges: Array.from({ length: bins - 1 }, (_, i) => i + 1),
    counts: new Array<number>(bins).fill(10),
  })
  const profile: ReferenceProfile = {
    ...{ formatVersion: 1, rows: 10 * bins, columns: names.map(({ name }) => of(name)), predictions: [of('value')] },
  }
  const counter = new DriftCounter({ signature, profile, replica: 'a', boot: 'b', ...(mostKept ? { mostKept } : {}) })
  const rowOf = (value: number) => Object.fromEntries(names.map(({ name }) => [name, value]))
  return { add: (nowMs: number, value: number) => counter.add(nowMs, [rowOf(value)], [{ prediction: 0 }], 1), counter }
}

test('few columns are counted by the minute, very many by the quarter of an hour', () => {
  const spanOf = (columns: number) => {
    const { add, counter } = counterOf(columns, 256)
    add(20 * minute, 1)
    return counter.windows(20 * minute).map(({ startMs, spanMs }) => [startMs / minute, spanMs / minute])
  }
  expect(spanOf(2)).toEqual([[20, 1]])
  expect(spanOf(600)).toEqual([[15, 15]])
})

test.each([
  { mostKept: 130, rows: 180 },
  { mostKept: 40, rows: 15 },
])(
  'of more than $mostKept counts older windows are summed early, then the oldest let go; none is counted twice',
  told => {
    const { add, counter } = counterOf(2, 8, told.mostKept)
    for (let at = 0; at < 180; at += 1) add(at * minute, at % 8)
    const windows = counter.windows(180 * minute)
    expect(windows.flatMap(({ columns }) => columns.flatMap(({ bins }) => bins)).length).toBeLessThanOrEqual(
      told.mostKept,
    )
    expect(mergeWindows(windows)).toEqual(windows)
    expect(sumWindows(windows).rows).toBe(180 - windows[0]!.startMs / minute)
    expect(sumWindows(windows).rows).toBeGreaterThanOrEqual(told.rows)
  },
)

test('what fits is kept by the minute for two hours', () => {
  const { add, counter } = counterOf(2, 8)
  for (let at = 0; at < 180; at += 1) add(at * minute, at % 8)
  const windows = counter.windows(180 * minute)
  expect(sumWindows(windows).rows).toBe(180)
  expect(windows.filter(({ spanMs }) => spanMs === minute).length).toBeGreaterThan(100)
})
