import { describe, expect, test } from 'vitest'
import { binNumber, numberBins } from '../../../../shared/inference/bins.ts'
import type { NumberBins } from '../../../../shared/inference/bundle.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { chiSquare999, chiSquareTail } from './chi-square-tail.ts'
import { coarseBins, fineBins } from './coarse-bins.ts'
import { goldenPairs } from './golden.fixture.ts'
import { deciding, driftStatistics } from './index.ts'
import { type BinnedPair, isDrifted, sum, thresholdOf } from './statistic.ts'

/** Reference bins of standard normal rows, as a bundle holds them. */
function normalReference(rows: number, random: Pcg32): NumberBins {
  return numberBins(
    'x',
    Float64Array.from({ length: rows }, () => random.nextGaussian()),
  )
}

function count(reference: NumberBins, values: Iterable<number>): number[] {
  const counts = new Array<number>(reference.edges.length + 1).fill(0)
  for (const value of values) counts[binNumber(reference.edges, value)]! += 1
  return counts
}

function pairFor(bins: 'coarse' | 'fine', reference: NumberBins, counts: number[]): BinnedPair {
  return (bins === 'fine' ? fineBins : coarseBins)(reference, { counts, missing: 0 })
}

describe.each(driftStatistics.entries)('$id', statistic => {
  test('identical shares are no drift, whatever the sizes', () => {
    const shape = [10, 200, 300, 40, 50]
    for (const factor of [1, 3, 100]) {
      const pair = { reference: shape, current: shape.map(rows => rows * factor), lowerEnds: [0, 1, 2, 3, 4] }
      const value = statistic.compute(pair)
      expect(value).toBeCloseTo(statistic.measure === 'distance' ? 0 : 1, 7)
      expect(isDrifted(statistic, value, thresholdOf(statistic, pair))).toBe(false)
    }
  })

  test('grows with the shift and ends as drift', () => {
    const random = new Pcg32(11)
    const reference = normalReference(4000, random)
    const noise = Array.from({ length: 4000 }, () => random.nextGaussian())
    const values: number[] = []
    let last = false
    for (const shift of [0.2, 0.4, 0.8, 1.6]) {
      const pair = pairFor(
        statistic.bins,
        reference,
        count(
          reference,
          noise.map(value => value + shift),
        ),
      )
      const value = statistic.compute(pair)
      values.push(statistic.measure === 'distance' ? value : -value)
      last = isDrifted(statistic, value, thresholdOf(statistic, pair))
    }
    expect(last).toBe(true)
    expect([...values].sort((a, b) => a - b)).toEqual(values)
    if (statistic.measure === 'distance') expect(new Set(values).size).toBe(values.length)
  })

  test('stays finite with empty sides, empty bins and one bin', () => {
    const pairs: BinnedPair[] = [
      { reference: [], current: [], lowerEnds: [] },
      { reference: [0, 0], current: [1, 2], lowerEnds: [0, 1] },
      { reference: [5, 5], current: [0, 0], lowerEnds: [0, 1] },
      { reference: [9], current: [8], lowerEnds: [3] },
      { reference: [9, 0], current: [0, 8], lowerEnds: [0, 0] },
    ]
    for (const pair of pairs) expect(Number.isFinite(statistic.compute(pair))).toBe(true)
    expect(isDrifted(statistic, statistic.compute(pairs[3]!), thresholdOf(statistic, pairs[3]!))).toBe(false)
  })

  const golden = goldenPairs.filter(pair => statistic.id in pair.expected)
  test('has golden numbers', () => expect(golden.length).toBeGreaterThan(0))
  test.each(golden)('golden: $name', pair => {
    const value = statistic.compute({ ...pair, lowerEnds: pair.values ?? null })
    const expected = pair.expected[statistic.id]!
    expect(Math.abs(value - expected)).toBeLessThanOrEqual(1e-9 * Math.max(1e-6, expected) + expected * 1e-9)
  })
})

test('the chi-square tail and its 99.9 % point agree with SciPy 1.17.1', () => {
  expect(chiSquareTail(72.35842268183454, 4)).toBeCloseTo(7.208888828864567e-15, 24)
  expect(chiSquareTail(3.130790895246858, 2)).toBeCloseTo(0.2090053461617, 12)
  expect(chiSquareTail(17.584341576938456, 4)).toBeCloseTo(0.001487605317725614, 13)
  const points = {
    1: 10.827566170662733,
    4: 18.46682695290317,
    2: 13.815510557964274,
    9: 27.877164871256568,
    100: 149.44925277903886,
  }
  for (const [degrees, point] of Object.entries(points)) {
    expect(Math.abs(chiSquare999(Number(degrees)) / point - 1)).toBeLessThan(0.02)
  }
})

test('binned KS is within 0.005 of the KS of the raw rows', () => {
  const random = new Pcg32(3)
  const raw = Float64Array.from({ length: 6000 }, () => random.nextGaussian()).sort()
  const reference = normalReference(6000, new Pcg32(3))
  const current = Float64Array.from({ length: 3000 }, () => random.nextGaussian() * 1.2 + 0.1).sort()
  let exact = 0
  for (const value of [...raw, ...current]) {
    const gap =
      raw.filter(other => other <= value).length / 6000 - current.filter(other => other <= value).length / 3000
    exact = Math.max(exact, Math.abs(gap))
  }
  const binned = driftStatistics.get('ks').compute(pairFor('fine', reference, count(reference, current)))
  expect(binned).toBeLessThanOrEqual(exact + 1e-12)
  expect(exact - binned).toBeLessThan(0.005)
})

/**
 * Quantiles of logistic distributions; `ks_2samp(reference, current).statistic` and `wasserstein_distance(reference, current) / std(reference)` of
 * SciPy 1.17.1 on the same values in float32, 200 rows against so many; ten bins tell a distance less well.
 */
const ofRawRows = [
  { rows: 100, within: 0.07, scale: 1.2, shift: 0.3, ks: 0.095, wasserstein: 0.2145822510997067 },
  { rows: 100, within: 0.07, scale: 1, shift: 1, ks: 0.25, wasserstein: 0.5593977122529177 },
  { rows: 480, within: 0.03, scale: 1.2, shift: 0.3, ks: 0.09291666666666666, wasserstein: 0.2091391120095258 },
  { rows: 480, within: 0.03, scale: 1, shift: 1, ks: 0.24833333333333332, wasserstein: 0.5533632497732176 },
  { rows: 480, within: 0.03, scale: 1, shift: 0, ks: 0.0033333333333333335, wasserstein: 0.010930449325129554 },
  { rows: 6000, within: 0.01, scale: 1.2, shift: 0.3, ks: 0.092, wasserstein: 0.20932813831801103 },
]
test.each(ofRawRows)('bins of $rows rows tell what the rows themselves do: $scale, $shift', pair => {
  const values = (rows: number, factor: number, first: number) =>
    Float32Array.from({ length: rows }, (_, row) => {
      const share = (((row * factor + first) % rows) + 0.5) / rows
      return Math.log(share / (1 - share))
    })
  const reference = numberBins('x', values(pair.rows, 7, 3))
  const current = values(200, 71, 5).map(value => value * pair.scale + pair.shift)
  const told = (id: string) => driftStatistics.get(id).compute(pairFor('fine', reference, count(reference, current)))
  expect(told('ks')).toBeLessThanOrEqual(pair.ks + 1e-12)
  expect(pair.ks - told('ks')).toBeLessThan(0.01)
  expect(Math.abs(told('wasserstein') - pair.wasserstein)).toBeLessThan(pair.within)
})

test.each([50, 100, 500, 5000])('at %i rows without drift fewer than 2 % of windows are called drifted', rows => {
  const random = new Pcg32(rows)
  const trials = rows === 5000 ? 60 : 300
  let alarms = 0
  for (let trial = 0; trial < trials; trial += 1) {
    // References of a few hundred rows, as a small training set has: their own noise counts too.
    const reference = normalReference(trial % 2 ? 400 : 3000, random)
    const counts = count(
      reference,
      Array.from({ length: rows }, () => random.nextGaussian()),
    )
    const isAlarm = deciding.number.some(id => {
      const statistic = driftStatistics.get(id)
      const pair = pairFor(statistic.bins, reference, counts)
      return isDrifted(statistic, statistic.compute(pair), thresholdOf(statistic, pair))
    })
    alarms += isAlarm ? 1 : 0
  }
  expect(alarms / trials).toBeLessThan(0.02)
})

test('the coarse bins of a number hold about a tenth each, missing values come last', () => {
  const reference = normalReference(4000, new Pcg32(5))
  const pair = coarseBins({ ...reference, missing: 7 }, { counts: reference.counts, missing: 9 })
  expect(pair.reference.at(-1)).toBe(7)
  expect(pair.current.at(-1)).toBe(9)
  const groups = pair.reference.slice(0, -1)
  expect(groups.length).toBeGreaterThanOrEqual(9)
  expect(groups.length).toBeLessThanOrEqual(11)
  expect(Math.min(...groups)).toBeGreaterThan(200)
  expect(sum(groups)).toBe(4000)
})

test('the coarse bins of a category keep the frequent labels and put the rare ones with the rest', () => {
  const reference = {
    name: 'c',
    kind: 'category' as const,
    labels: ['a', 'b', 'c'],
    counts: [900, 95, 5, 0],
    missing: 0,
  }
  const pair = coarseBins(reference, { counts: [10, 20, 30, 40], missing: 0 })
  expect(pair.reference).toEqual([900, 95, 5, 0])
  expect(pair.current).toEqual([10, 20, 70, 0])
})
