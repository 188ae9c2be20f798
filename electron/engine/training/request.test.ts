import { expect, test } from 'vitest'
import type { Run } from '../../../shared/model/run.ts'
import { requestOf } from './request.ts'

const run = {
  run: 'run-1',
  target: 'churn',
  task: 'binary',
  classes: ['yes', 'no'],
  algorithm: 'gradient-boosting',
  parameters: { rounds: 20 },
  splitColumn: null,
  seed: 7,
  exclude: ['id'],
  distinctRows: true,
  positive: null,
  taskChoice: null,
  from: null,
  deviceChoice: 'cpu',
} as unknown as Run
const newer = { dataset: 'customers', version: 3 }

test('a run is asked for again as it was, on the version that is named, and says what it repeats', () => {
  expect(requestOf(run, newer)).toEqual({
    dataset: 'customers:3',
    target: 'churn',
    algorithm: 'gradient-boosting',
    parameters: { rounds: 20 },
    seed: 7,
    exclude: ['id'],
    distinctRows: true,
    splitBy: 'parts',
    folds: 0,
    refit: false,
    device: 'cpu',
    // Not the later in sort order: it was asked for, in a run that did not write that down.
    positive: 'no',
    task: 'classification',
    from: { run: 'run-1' },
  })
  expect(requestOf(run, newer, 'watched').from).toEqual({ run: 'run-1', endpoint: 'watched' })
})

test('what was asked for is kept where nothing came of it', () => {
  const failed: Run = {
    ...run,
    task: null,
    classes: [],
    positive: 'yes',
    taskChoice: 'classification',
    splitColumn: 'day',
    splitBy: 'time',
    folds: 5,
    sampleRows: 5000,
  }
  expect(requestOf(failed, newer)).toMatchObject({
    positive: 'yes',
    task: 'classification',
    splitColumn: 'day',
    splitBy: 'time',
    folds: 5,
    sampleRows: 5000,
  })
  const bare = requestOf({ ...failed, positive: null, taskChoice: null, splitColumn: null }, newer)
  expect(Object.keys(bare)).not.toEqual(expect.arrayContaining(['positive']))
  expect(Object.keys(bare)).not.toEqual(expect.arrayContaining(['task']))
})
