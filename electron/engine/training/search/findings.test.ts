import { expect, test } from 'vitest'
import type { Trial } from '../../../../shared/model/search.ts'
import { type Found, findingsOf } from './findings.ts'
import type { Finalist } from './job.ts'

const trial = (place: number, algorithm: string, score: number | null, changed: Partial<Trial> = {}): Trial => ({
  ...{ trial: place, algorithm, parameters: {}, share: 1, status: score === null ? 'failed' : 'done', score },
  ...{ startedAfter: place, seconds: 1, error: score === null ? { code: 'bad-data', message: 'it is odd' } : null },
  ...changed,
})
const finalist = (place: number, algorithm: string, value: number, interval: [number, number]): Finalist => ({
  ...{ folder: '', algorithm, parameters: {}, refit: false, trial: place },
  trained: { metrics: { auc: value }, intervals: { auc: interval }, foldMetrics: [] } as unknown as Finalist['trained'],
})
const baseline = finalist(0, 'baseline', 0.5, [0.5, 0.5])
const found: Found = {
  failure: null,
  finalists: [baseline, finalist(2, 'linear', 0.88, [0.85, 0.91]), finalist(1, 'gradient-boosting', 0.86, [0.8, 0.9])],
  trials: [
    trial(0, 'baseline', 0.5),
    trial(1, 'gradient-boosting', 0.87),
    trial(2, 'linear', 0.9),
    trial(3, 'linear', null),
  ],
  metric: 'auc',
  importance: [{ algorithm: 'linear', parameter: 'l2', share: 0.6 }],
  wasStopped: false,
  readSeconds: 12,
  budgetSeconds: 10,
  tookSeconds: 9.9,
}

test('what was found is said in plain words: the winner, its gain, the test rows, the trials, what mattered', () => {
  expect(findingsOf(found)).toEqual([
    "Linear model is best: its AUC is 0.9 on the validation rows, 0.4 better than the baseline's 0.5. Next comes gradient boosting with 0.87.",
    'On the test rows, which no trial saw, its AUC is 0.88 (95 % interval 0.85 to 0.91). Believe this figure: the one on validation was the best of 3 and is flattered by the choice.',
    '4 trials: 3 on all training rows, 1 failed (first: it is odd).',
    'Of its settings those that moved the score most are l2 (60 %).',
  ])
})

test('a blend that won from a little behind says why', () => {
  const trials = found.trials.map(each => (each.trial === 1 ? trial(1, 'gradient-boosting', 0.91) : each))
  expect(findingsOf({ ...found, trials })[0]).toContain(
    'Next comes gradient boosting with 0.91. That is no more ahead than chance allows',
  )
})

test('a gain that may be chance, or is none, is said to be so', () => {
  const weak = {
    ...found,
    finalists: [finalist(0, 'baseline', 0.5, [0.4, 0.6]), finalist(2, 'linear', 0.55, [0.45, 0.65])],
  }
  expect(findingsOf(weak)[1]).toContain('the gain may be chance')
  const none = { ...found, trials: [trial(0, 'baseline', 0.5), trial(1, 'linear', 0.4), trial(2, 'linear', 0.45)] }
  expect(findingsOf(none)[0]).toContain('Nothing was better than the baseline')
  expect(findingsOf({ ...found, finalists: [baseline], wasStopped: true }).join(' ')).toMatch(
    /^Nothing but the baseline .* It was stopped by hand\.$/,
  )
})

test('a budget that was over too early says what took it, and a model that learned from the validation rows says that', () => {
  expect(findingsOf({ ...found, finalists: [baseline] })[0]).toBe(
    'Nothing but the baseline was trained to its end within the budget of 10 s, of which reading the data took 12 s: give the search more time, or fewer rows.',
  )
  expect(findingsOf({ ...found, finalists: [baseline], tookSeconds: 29 })[0]).toMatch(
    /fewer rows\. It took 29 s, for the baseline is written however long that takes\.$/,
  )
  const best = { ...found.finalists[1]!, refit: true }
  expect(findingsOf({ ...found, finalists: [baseline, best] })[1]).toContain('learned from the validation rows as well')
})
