import { expect, test } from 'vitest'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Run } from '../../../shared/model/run.ts'
import { resultsOf } from './results.ts'

const run = (name: string, auc: number | null, change: Partial<Run> = {}) =>
  ({
    run: name,
    dataset: 'cells',
    target: 'diagnosis',
    task: 'binary',
    algorithm: 'linear',
    status: 'done',
    forecast: null,
    testRowsDigest: 'a',
    validationMetrics: auc === null ? {} : { auc },
    ...change,
  }) as Run

test('the best of each target is told beside the baseline of the same test rows', () => {
  const runs = [
    run('newest', 0.91),
    run('best', 0.95),
    run('of other rows', 0.99, { testRowsDigest: 'b' }),
    run('baseline', 0.5, { algorithm: 'baseline' }),
    run('failed', 0.97, { status: 'failed' }),
    run('errors', null, { task: 'regression', target: 'radius', validationMetrics: { rmse: 2 } }),
    run('fewer errors', null, { task: 'regression', target: 'radius', validationMetrics: { rmse: 1 } }),
    run('unmeasured', null, { target: 'stage' }),
    run('measured', 0.6, { target: 'stage' }),
  ]
  const models = [{ model: 'cells', version: 2, run: 'best' }] as ModelVersion[]
  expect(
    resultsOf(runs, models).map(({ best, baseline, model, runs: count }) => [
      best.run,
      baseline?.run ?? null,
      model?.version ?? null,
      count,
    ]),
  ).toEqual([
    ['best', 'baseline', 2, 4],
    ['fewer errors', null, null, 2],
    ['measured', null, null, 2],
  ])
})

test('a baseline alone is not held against itself; nothing done is no result', () => {
  expect(resultsOf([run('alone', 0.5, { algorithm: 'baseline' })], [])[0]?.baseline).toBeNull()
  expect(resultsOf([run('failed', 0.9, { status: 'failed' }), run('early', null, { task: null })], [])).toEqual([])
})
