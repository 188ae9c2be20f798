import { expect, test } from 'vitest'
import { binNumber, makeReferenceProfile, maximumBins, minimumBinRows, minimumLabelRows, numberBins } from './bins.ts'
import { ReferenceProfile } from './bundle.ts'
import type { Signature } from './signature.ts'

/** Quantiles of a logistic distribution in some order: each value once. */
function logistic(rows: number): Float32Array {
  const share = (row: number) => (((row * 7 + 3) % rows) + 0.5) / rows
  return Float32Array.from({ length: rows }, (_, row) => Math.log(share(row) / (1 - share(row))))
}

test.each([10, 19, 20, 100, 480, 2559, 2560, 100_000])('of %i different values no bin holds fewer than ten', rows => {
  const values = logistic(rows)
  const { edges, counts, min, max } = numberBins('x', values)
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(minimumBinRows)
  expect(counts.length).toBe(Math.min(maximumBins, Math.floor(rows / minimumBinRows)))
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(minimumBinRows)
  const counted = new Array<number>(counts.length).fill(0)
  for (const value of values) counted[binNumber(edges, value)]! += 1
  expect(counted).toEqual(counts)
  // Five rows lie beyond either end of the range.
  expect(values.filter(value => value < min!).length).toBe(minimumLabelRows)
  expect(values.filter(value => value >= max!).length).toBe(minimumLabelRows)
})

test('no number that is written down is that of one row', () => {
  const values = logistic(480)
  const { edges, min, max } = numberBins('x', values)
  const known = new Set(values)
  for (const number of [...edges, min!, max!]) expect(known.has(Math.fround(number))).toBe(false)
})

test('a value that many rows share is a bin of its own, the rare ones go with their neighbours', () => {
  const values = [...Array(40).fill(0), ...Array(30).fill(1.5), ...Array(3).fill(2.5), ...Array(40).fill(7.25)]
  expect(numberBins('x', values)).toEqual({
    ...{ name: 'x', kind: 'number', missing: 0, min: 0, max: 7.25 },
    edges: [1.5, 2],
    counts: [40, 30, 43],
  })
  expect(numberBins('x', Array(30).fill(3))).toMatchObject({ counts: [0, 30, 0], min: 3, max: 3 })
})

test('too few values are one bin without a range; infinite ones are in the outermost', () => {
  expect(numberBins('x', [1, 2, 3, Number.NaN])).toMatchObject({
    edges: [],
    counts: [3],
    missing: 1,
    min: null,
    max: null,
  })
  const values = [...logistic(100), Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
  const { counts } = numberBins('x', values)
  expect([counts[0], counts.at(-1)]).toEqual([11, 11])
})

test('cut points have few digits, whatever the size of the values', () => {
  for (const [scale, shift] of [
    [1e-30, 0],
    [1, 0],
    [1, 1e6],
    [1e30, 0],
    [1, -1e6],
  ] as const) {
    const values = logistic(480).map(value => value * scale + shift)
    const { edges, counts } = numberBins('x', values)
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(480)
    expect(JSON.stringify(edges).length / edges.length).toBeLessThan(11)
  }
})

test('of very many columns each has fewer bins, and a profile of bins of single rows is still one', () => {
  const wide = (columns: number) => {
    const names = Array.from({ length: columns }, (_, i) => ({ name: `x${i}`, type: 'number' as const }))
    const signature = {
      ...{ formatVersion: 1, task: 'regression', target: 'y', columns: names, inputs: [], classes: [] },
      outputs: { probabilities: null, value: 'value' },
    } as Signature
    const values = logistic(3000)
    const table = { rows: 3000, columns: names.map(column => ({ ...column, kind: 'numeric' as const, values })) }
    return makeReferenceProfile(signature, table, new Float32Array()).columns[0]!.counts.length
  }
  expect(wide(2)).toBe(256)
  expect(wide(4096)).toBe(128)

  const single = { name: 'x', kind: 'number', edges: [1, 2], counts: [1, 1, 1], missing: 0, min: 0.5, max: 2 }
  const old = ReferenceProfile.parse({ formatVersion: 1, rows: 3, columns: [single], predictions: [] })
  expect(old.columns[0]).toEqual(single)
})
