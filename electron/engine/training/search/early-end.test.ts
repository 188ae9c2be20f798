import { expect, test } from 'vitest'
import { gradientBoosting } from '../algorithms/gradient-boosting.ts'
import { quietContext, readSample } from '../fixtures.ts'
import { endedAs, endOf } from './early-end.ts'

test('a fit that was ended for want of time is the training that it is written down as', async () => {
  const data = readSample('breast-cancer.csv', 'binary', ['benign', 'malignant'], 360)
  const defaults = gradientBoosting.parameters.map(({ name, default: usual }) => [name, usual])
  const parameters = {
    ...Object.fromEntries(defaults),
    ...{ rounds: 100_000, 'learning-rate': 1e-5, subsample: 0.8, columns: 0.5 },
  }
  const finish = endOf(gradientBoosting, { seconds: 0.5, share: 1, folds: 0 })!
  const fitted = await gradientBoosting.fit(data, parameters, { ...quietContext, finish })
  expect(finish.aborted).toBe(true)
  const ended = endedAs(gradientBoosting, { parameters, settled: fitted.settled, seconds: 12 })
  expect(ended.parameters).toEqual({ ...parameters, rounds: expect.any(Number), 'early-stopping': 0 })
  expect(ended.parameters.rounds).toBeLessThan(100_000)
  expect(ended.warning).toBe(
    `The search ended it after ${ended.parameters.rounds} rounds (12 s), for want of time: more may do better`,
  )
  const again = await gradientBoosting.fit(data, ended.parameters, quietContext)
  expect(await again.predict(data.validation)).toEqual(await fitted.predict(data.validation))
})

test('nothing is ended early over folds, on a part of the rows, without a limit, or where it does not learn in steps', () => {
  const usual = { seconds: 1, share: 1, folds: 0 }
  for (const other of [{ seconds: null }, { share: 1 / 3 }, { folds: 5 }]) {
    expect(endOf(gradientBoosting, { ...usual, ...other })).toBeUndefined()
  }
  expect(endOf({}, usual)).toBeUndefined()
})
