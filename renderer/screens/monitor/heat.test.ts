import { expect, test } from 'vitest'
import type { ColumnHistory, History } from '../../../shared/model/monitoring.ts'
import { cellLabel, cellOf, drawnSpan, fromFirstCount, slotsOf, worstColumnsFirst } from './heat.ts'

const bucket = (from: number, to: number, enoughRows = true) => ({
  from,
  to,
  rows: 60,
  requests: 60,
  errors: 0,
  latencyMs: null,
  comparedRows: 60,
  enoughRows,
  drifted: 0,
})
const column = (name: string, value: (number | null)[]): ColumnHistory => ({
  name,
  kind: 'number',
  value,
  threshold: value.map(each => (each === null ? null : 0.1)),
  statistic: value.map(each => (each === null ? null : 'psi')),
  rows: value.map(each => (each === null ? 0 : 60)),
  drifted: value.map(each => each !== null && each >= 0.1),
})
const history: History = {
  endpoint: 'e',
  model: 'm',
  version: 1,
  window: { from: 0, to: 50 },
  widthMs: 10,
  buckets: [bucket(0, 10), bucket(20, 40), bucket(40, 50, false)],
  hasReference: true,
  allColumns: 3,
  columns: [column('calm', [0.01, 0.02, 0.9]), column('never', [null, null, 0.9]), column('drifted', [0.05, 0.3, 0.9])],
}

test('a wide bucket covers its slots, and where nothing was counted there is none', () => {
  expect(slotsOf(history).map(slot => slot.bucket)).toEqual([0, null, 1, 1, 2])
})

test('too few rows and no rows are told apart from no drift', () => {
  const states = history.columns.map(each => history.buckets.map((_, i) => cellOf(history, each, i).state))
  expect(states[0]).toEqual(['calm', 'calm', 'few'])
  expect(states[1]).toEqual(['no rows', 'no rows', 'few'])
  expect(cellOf(history, history.columns[2]!, 1).excess).toBeCloseTo(3, 12)
})

test('a wide cell says its number, a narrow one leaves it to the colour; what cannot be told has a sign in both', () => {
  const cells = [cellOf(history, history.columns[2]!, 1), cellOf(history, history.columns[1]!, 0)]
  cells.push(cellOf(history, history.columns[0]!, 2))
  expect(cells.map(cell => cellLabel(cell, true))).toEqual(['3×', '–', '·'])
  expect(cells.map(cell => cellLabel(cell, false))).toEqual(['', '–', '·'])
})

test('the worst column comes first; what was never told comes last, whatever a few rows say', () => {
  expect(worstColumnsFirst(history).map(({ name }) => name)).toEqual(['drifted', 'calm', 'never'])
})

const asked = { ...history, window: { from: 0, to: 600 } }
const late = { ...asked, buckets: [bucket(300, 310), bucket(590, 600)] }

test('what is watched for less than the asked span is drawn from one slot before its first rows', () => {
  expect(drawnSpan(fromFirstCount(late, 250))).toEqual({ from: 290, to: 600 })
  expect(slotsOf(fromFirstCount(late, 250)).map(({ bucket }) => bucket)).toEqual([
    null,
    0,
    ...Array<null>(28).fill(null),
    1,
  ])
})

test('the first minutes have the whole picture: nothing is drawn before them', () => {
  const first = { ...asked, buckets: [bucket(590, 600)] }
  expect(slotsOf(fromFirstCount(first, 585))).toEqual([{ from: 590, bucket: 0 }])
  const second = { ...asked, buckets: [bucket(570, 580), bucket(590, 600)] }
  expect(slotsOf(fromFirstCount(second, 565)).map(slot => slot.bucket)).toEqual([0, null, 1])
})

test('what was watched before the asked span is drawn over all of it, and so is what has no rows yet', () => {
  expect(fromFirstCount(late, -1)).toBe(late)
  expect(fromFirstCount({ ...asked, buckets: [] }, 250).window).toEqual(asked.window)
  const early = { ...asked, buckets: [bucket(0, 10)] }
  expect(fromFirstCount(early, 5).window).toEqual(asked.window)
})
