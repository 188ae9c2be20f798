import { expect, test } from 'vitest'
import type { Table } from '../../../shared/inference/table.ts'
import type { FittedModel } from './algorithm.ts'
import { algorithms } from './algorithms/index.ts'
import { expectSame, exportedAnswers } from './exported-fixture.ts'
import { quietContext } from './fixtures.ts'
import { addPooled, chooseWeights, pooled } from './pool.ts'

const [a, b] = [Float32Array.of(0.9, 0.1, 0.2, 0.8, 1, 0), Float32Array.of(0.7, 0.3, 0.6, 0.4, 0.5, 0.5)]
const members = [
  { answer: a, weight: 0.75 },
  { answer: b, weight: 0.25 },
]

test('the logarithmic pool is what SciPy says, and an answer of zero does not settle it', () => {
  // scipy 1.17.1: scipy.special.softmax(0.75 * log(max(a, 1e-6)) + 0.25 * log(max(b, 1e-6)), axis=1) in double precision.
  const told = [0.8652669779, 0.134733022, 0.2812328468, 0.7187671532, 0.9999683782, 3.162177663e-5]
  const found = pooled('logarithmic', members, 2)
  told.forEach((value, i) => {
    expect(Math.abs(found[i]! - value)).toBeLessThan(1e-6)
  })
  expect([...pooled('mean', members, 2)].map(each => Number(each.toFixed(6)))).toEqual([
    0.85, 0.15, 0.3, 0.7, 0.875, 0.125,
  ])
})

test('the graph pools as the trainer does', async () => {
  const columns = [...'abcd'].map((name, column) => ({
    ...{ name, kind: 'numeric' as const, type: 'number' as const },
    values: Float64Array.from({ length: 3 }, (_, row) => (column < 2 ? a : b)[2 * row + (column % 2)]!),
  }))
  const table = { rows: 3, columns } as unknown as Table
  for (const pool of ['mean', 'logarithmic'] as const) {
    const fitted = {
      toGraph(graph, { numbers }) {
        const part = (from: number) =>
          graph.node('Slice', [numbers, graph.int64s([from]), graph.int64s([from + 2]), graph.int64s([1])])
        return addPooled(graph, pool, [
          { answer: part(0), weight: 0.75 },
          { answer: part(2), weight: 0.25 },
        ])
      },
    } as FittedModel
    expectSame(await exportedAnswers(fitted, table), pooled(pool, members, 2))
  }
})

test('weights are chosen for the pool they are used in, also where only some of very many rows are looked at', () => {
  for (const rows of [300, 300_000]) {
    const target = Float64Array.from({ length: rows }, (_, row) => row % 2)
    const data = { task: 'binary' as const, target, rows: Int32Array.from(target.keys()) }
    const answersOf = (right: (row: number) => number) =>
      Float32Array.from({ length: 2 * rows }, (_, at) => {
        const row = Math.floor(at / 2)
        return at % 2 === row % 2 ? right(row) : 1 - right(row)
      })
    // Each is sure of four fifths of the rows and says nothing of the others; the third is wrong.
    const known = [answersOf(row => (row % 5 ? 0.99 : 0.5)), answersOf(row => (row % 5 === 1 ? 0.5 : 0.99))]
    for (const pool of ['mean', 'logarithmic'] as const) {
      const weights = chooseWeights(pool, [...known, answersOf(() => 0.2)], data)
      expect(weights[0]).toBeCloseTo(0.5, 1)
      expect(weights[1]).toBeCloseTo(0.5, 1)
      expect(weights[2]).toBe(0)
    }
  }
})

test('a blend by logarithms is the file that it is said to be, and values are always averaged', async () => {
  const rows = 200
  const values = Float64Array.from({ length: rows }, (_, row) => Math.fround(Math.sin(row * 12.9)))
  const table = { rows, columns: [{ name: 'x', kind: 'numeric', type: 'number', values }] } as unknown as Table
  const blend = algorithms.get('blend')
  const places = Int32Array.from(values.keys())
  const answers = async (classes: string[], pool: string) => {
    const target = values.map((value, row) =>
      classes.length ? Number(value + Math.sin(row * 7.7) / 2 > 0) : value ** 2,
    )
    const task = classes.length ? ('binary' as const) : ('regression' as const)
    const data = {
      table,
      features: ['x'],
      task,
      classes,
      target,
      train: places.subarray(0, 150),
      validation: places.subarray(150),
    }
    const list = '[{"algorithm":"linear"},{"algorithm":"decision-tree"}]'
    const parameters = { members: list, pool }
    const fitted = await blend.fit(data, parameters, quietContext)
    const predicted = await fitted.predict(places)
    expectSame(await exportedAnswers(fitted, table), predicted)
    return predicted
  }
  expect(await answers(['no', 'yes'], 'logarithmic')).not.toEqual(await answers(['no', 'yes'], 'mean'))
  expect(await answers([], 'logarithmic')).toEqual(await answers([], 'mean'))
})
