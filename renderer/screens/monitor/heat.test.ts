import { expect, test } from 'vitest'
import type { ColumnHistory, History } from '../../../shared/model/monitoring.ts'
import { cellOf, slotsOf, worstColumnsFirst } from './heat.ts'

const bucket = (from: number, to: number, enoughRows = true) => ({
  from,
  to,
  rows: 60,
  requests: 60,
  errors: 0,
  latencyMs: null,
  comparedRows: 60,
  enoughRows,
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

test('the worst column comes first; what was never told comes last, whatever a few rows say', () => {
  expect(worstColumnsFirst(history).map(({ name }) => name)).toEqual(['drifted', 'calm', 'never'])
})
