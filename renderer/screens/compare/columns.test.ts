import { expect, test } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { formatDelta, metricsOf, settingsOf } from './columns.ts'

const run = (algorithm: string, parameters: Run['parameters'], metrics: Run['metrics']) =>
  ({ dataset: 'cells', datasetVersion: 1, target: 'y', seed: 1, device: 'cpu', algorithm, parameters, metrics }) as Run

const runs = [run('linear', { l2: 1 }, { auc: 0.9, f1: 0.8 }), run('trees', { rounds: 5 }, { auc: 0.9, f1: 0.7 })]

test('only what differs is a column by default', () => {
  expect(settingsOf(runs, false).map(({ name }) => name)).toEqual(['algorithm', 'l2', 'rounds'])
  expect(settingsOf(runs, true).map(({ name }) => name)).toContain('dataset')
  expect(metricsOf(runs, false)).toEqual(['f1'])
  expect(metricsOf(runs, true)).toEqual(['auc', 'f1'])
  expect(metricsOf([runs[0]!], false)).toEqual(['auc', 'f1'])
  expect(settingsOf([], false)).toEqual([])
})

test('a delta shows its sign', () => {
  expect([formatDelta(0.012), formatDelta(-3), formatDelta(0)]).toEqual(['+0.012', '−3.0', '0'])
})
