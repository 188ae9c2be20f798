import { expect, test } from 'vitest'
import type { ColumnProfile, DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Run } from '../../../shared/model/run.ts'
import { algorithms } from './algorithms/index.ts'
import { estimate, expectedBytes, refuseTooLarge } from './estimate.ts'
import { machineSlowness } from './machine-speed.ts'
import { checkParameters } from './parameters.ts'

const column = (name: string, type: ColumnProfile['type'], distinct: number) =>
  ({ name, type, distinct, missing: 0 }) as ColumnProfile
const sized = (rows: number): Pick<DatasetVersion, 'rows' | 'columns'> => ({
  rows,
  columns: [column('x', 'number', rows), column('kind', 'text', 7), column('y', 'text', 2)],
})
const boosting = algorithms.get('gradient-boosting')
const parameters = checkParameters(boosting, {})
const ask = (
  rows: number,
  past: { run: Run; version: Pick<DatasetVersion, 'rows' | 'columns'> }[] = [],
  slowness = 1,
) =>
  estimate(
    { version: sized(rows), target: 'y', exclude: [], algorithm: boosting, parameters, folds: 0 },
    past,
    slowness,
  )

test('more rows, columns and rounds take longer', () => {
  expect(ask(1_000_000).seconds).toBeGreaterThan(3 * ask(100_000).seconds)
  const long = { ...parameters, rounds: 50_000, 'early-stopping': 0 }
  const asked = { version: sized(5000), target: 'y', exclude: [], algorithm: boosting, folds: 0 }
  expect(estimate({ ...asked, parameters: long }, [], 1).seconds).toBeGreaterThan(
    5 * estimate({ ...asked, parameters }, [], 1).seconds,
  )
  expect(estimate({ ...asked, parameters: long, folds: 4 }, [], 1).seconds).toBeGreaterThan(
    4 * estimate({ ...asked, parameters: long }, [], 1).seconds,
  )
  expect(estimate({ ...asked, parameters, exclude: ['kind'] }, [], 1).seconds).toBeLessThan(ask(5000).seconds)
})

test('a machine that is three times as slow is known by the probe, and after its first runs by these', () => {
  expect(ask(80_000, [], 3).seconds / ask(80_000).seconds).toBeCloseTo(3, 6)
  const run = { seconds: 12, target: 'y', exclude: [], parameters } as unknown as Run
  const version = sized(20_000)
  const asked = { version, target: 'y', exclude: [], algorithm: boosting, parameters, folds: 0 }
  const slow = estimate(asked, [{ run, version }], 1)
  // A process of its own has to start before what a run tells of.
  expect(slow.seconds).toBeCloseTo(12.25, 6)
  expect([ask(80_000).runs, slow.runs]).toEqual([0, 1])
  // Of other data one run that was in bad luck is not believed as it is.
  const once = ask(20_000, [{ run, version: sized(20_000) }])
  expect((once.seconds - 0.25) ** 2).toBeCloseTo(12 * (ask(20_000).seconds - 0.25), 6)
})

test('the probe is asked once a minute', () => {
  const first = machineSlowness(0)
  expect(first > 0 && Number.isFinite(first)).toBe(true)
  expect(machineSlowness(59_000)).toBe(first)
  expect(machineSlowness(61_000)).not.toBe(first)
})

test('every algorithm foresees some time for any size', () => {
  for (const algorithm of algorithms.entries) {
    const asked = { target: 'y', exclude: [], algorithm, parameters: checkParameters(algorithm, {}), folds: 0 }
    const times = [3, 1000, 1_000_000].map(rows => estimate({ ...asked, version: sized(rows) }, [], 1).seconds)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
    expect(times.every(seconds => seconds > 0 && Number.isFinite(seconds))).toBe(true)
  }
})

test('ten million rows of 28 numbers want about the 4.8 GB that they took, and are refused before the start where there is less', () => {
  const numbers = Array.from({ length: 28 }, (_, k) => column(`x${k}`, 'number', 1_000_000))
  const version = { rows: 10_000_000, columns: [...numbers, column('y', 'boolean', 2)] }
  const wanted = expectedBytes({ version, target: 'y', exclude: [], algorithm: boosting, parameters })
  expect(wanted / 4.8e9).toBeGreaterThan(0.8)
  expect(wanted / 4.8e9).toBeLessThan(1.25)
  refuseTooLarge('Train x', wanted, 2 * wanted)
  expect(() => refuseTooLarge('Train gradient boosting on x:1', 6e9, 4e9)).toThrow(
    'Train gradient boosting on x:1 wants about 6.00 GB of memory, and this machine has 4.00 GB',
  )
})

test('the weights between wide layers count, with their gradients', () => {
  const network = algorithms.get('neural-network')
  const of = (layers: number[]) =>
    expectedBytes({
      ...{ version: sized(1000), target: 'y', exclude: [], algorithm: network },
      parameters: checkParameters(network, { layers }),
    })
  expect(of([4096, 4096, 4096]) - of([4096])).toBe(2 * 4096 ** 2 * 8)
})
