import { expect, test } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { metricsOf, settingsOf } from './columns.ts'

const run = (algorithm: string, parameters: Run['parameters'], metrics: Run['metrics']) =>
  ({
    ...{ dataset: 'cells', datasetVersion: 1, target: 'y', task: 'binary', classes: ['no', 'yes'] },
    ...{ seed: 1, splitColumn: null, forecast: null, exclude: [], device: 'cpu', algorithm, parameters, metrics },
  }) as unknown as Run

const runs = [run('linear', { l2: 1 }, { auc: 0.9, f1: 0.8 }), run('trees', { rounds: 5 }, { auc: 0.9, f1: 0.7 })]

test('only what differs is a column by default', () => {
  expect(settingsOf(runs, false).map(({ name }) => name)).toEqual(['algorithm', 'l2', 'rounds'])
  expect(settingsOf(runs, true).map(({ name }) => name)).toContain('dataset')
  expect(metricsOf(runs, false)).toEqual(['f1'])
  expect(metricsOf(runs, true)).toEqual(['auc', 'f1'])
  expect(metricsOf([runs[0]!], false)).toEqual(['auc', 'f1'])
  expect(settingsOf([], false)).toEqual([])
})

test('what was asked differs as well: the class that is looked for, the split, the columns left out', () => {
  const one = runs[0]!
  const other = { ...one, classes: ['yes', 'no'], splitColumn: 'day', splitBy: 'time' as const, exclude: ['id'] }
  expect(settingsOf([one, other], false).map(({ name, of }) => [name, of(one), of(other)])).toEqual([
    ['positive', 'yes', 'no'],
    ['split', '', 'time day'],
    ['excluded', '', 'id'],
  ])
})

test('of runs of several tasks those metrics come first that the chosen ones have', () => {
  const number = run('linear', {}, { rmse: 3, r2: 0.5 })
  const all = [...runs, number]
  expect(metricsOf(all, true)).toEqual(['auc', 'f1', 'rmse', 'r2'])
  expect(metricsOf(all, true, [number])).toEqual(['rmse', 'r2', 'auc', 'f1'])
  expect(metricsOf(all, true, [number, runs[0]!])).toEqual(['auc', 'f1', 'rmse', 'r2'])
})
