import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { Ledger } from './ledger.ts'
import type { Attempt } from './plan.ts'
import type { FromTrial } from './wire.ts'

const root = mkdtempSync(join(tmpdir(), 'lathe-ledger-'))
afterAll(() => rmSync(root, { recursive: true }))

const attempt = (algorithm: string, x = 0): Attempt => ({ algorithm, parameters: { x }, share: 1 })
const fitted = (score: number): FromTrial => ({
  type: 'fitted',
  fitted: { score, isKept: true, ended: null, refitSeconds: 1 },
})

function begun(own: string): Ledger {
  mkdirSync(join(root, own), { recursive: true })
  const ledger = new Ledger('auc', root, own)
  ledger.end(ledger.begin(attempt('baseline'), 0), fitted(0.5), 10)
  ledger.best.delete('baseline')
  return ledger
}

/** As a trial's process does it. */
function tryOut(ledger: Ledger, what: Attempt, score: number) {
  const trial = ledger.begin(what, 100)
  for (const file of [ledger.filesOf(trial).model, ledger.filesOf(trial).evidence]) writeFileSync(file, 'x')
  ledger.end(trial, fitted(score), 50)
  return trial
}

test('a ledger goes on from another: its trials, the best, what can be blended, and the one that was cut off under its own number', () => {
  const first = begun('first')
  tryOut(first, attempt('linear', 1), 0.8)
  const better = tryOut(first, attempt('linear', 2), 0.9)
  tryOut(first, attempt('forest'), 0.7)
  first.begin(attempt('svm'), 200)
  expect(first.unwanted()).toEqual([first.filesOf({ trial: 1 }).model])

  const second = begun('second')
  second.restore(structuredClone(first.save()))
  expect(second.trials).toHaveLength(5)
  expect(second.ranked().map(({ trial }) => trial)).toEqual([2, 3])
  expect(second.blender.members().map(({ trial }) => trial.trial)).toEqual([2, 3, 1])
  expect(second.took).toEqual(first.took)
  expect(existsSync(second.filesOf(better).model)).toBe(true)

  expect(second.count).toBe(3)
  const again = second.begin(attempt('svm'), 300)
  expect(again).toMatchObject({ trial: 4, startedAfter: 0.3 })
  expect(second.filesOf(again).model).toContain('second')
  expect(second.begin(attempt('svm'), 400)).toMatchObject({ trial: 5 })
  expect(second.count).toBe(5)
})

test('what has lost its file is no model to be written and no member of a blend; its trial stays', () => {
  const first = begun('lost')
  const gone = tryOut(first, attempt('linear'), 0.9)
  tryOut(first, attempt('forest'), 0.7)
  rmSync(first.filesOf(gone).model)
  rmSync(first.filesOf(gone).evidence)
  const second = begun('after')
  second.restore(structuredClone(first.save()))
  expect(second.ranked().map(({ algorithm }) => algorithm)).toEqual(['forest'])
  expect(second.blender.all).toHaveLength(1)
  expect(second.trials[gone.trial]).toMatchObject({ status: 'done', score: 0.9 })
})

test('a trial that failed is written down with its reason, one that was cut off for want of time is not tried so long again', () => {
  const ledger = begun('failing')
  const failed = ledger.begin(attempt('linear'), 0)
  ledger.end(failed, { type: 'failed', error: new AppError('bad-data', 'no').toJSON() }, 10)
  const late = ledger.begin(attempt('forest'), 0)
  ledger.end(late, { type: 'failed', error: new AppError('cancelled', 'late').toJSON() }, 1000)
  expect([failed.status, late.status]).toEqual(['failed', 'stopped'])
  expect(ledger.took.get('forest')).toBe(1500)
})

test('what a trial takes is told by those on the most rows', () => {
  const ledger = begun('taking')
  const end = (share: number, took: number) =>
    ledger.end(
      ledger.begin({ ...attempt('forest'), share }, 0),
      { type: 'fitted', fitted: { score: 0.5, isKept: false, ended: null, refitSeconds: null } },
      took,
    )
  end(1 / 9, 1000)
  expect(ledger.took.get('forest')).toBe(9000)
  end(1 / 3, 1200)
  expect(ledger.took.get('forest')).toBeCloseTo(3600)
  expect([ledger.fits(5500)('forest', 1), ledger.fits(5300)('forest', 1)]).toEqual([true, false])
})

test('of what learns in steps a part may be enough on all rows; of what does not, or on fewer rows, never', () => {
  const ledger = begun('parts')
  for (const algorithm of ['gradient-boosting', 'random-forest']) ledger.took.set(algorithm, 10_000)
  const fits = ledger.fits(4000, 0.1)
  expect([fits('gradient-boosting', 1), fits('random-forest', 1), fits('gradient-boosting', 1 / 3)]).toEqual([
    ...[true, false, false],
  ])
  expect(ledger.fits(1400, 0.1)('gradient-boosting', 1)).toBe(false)
})
