import { expect, test } from 'vitest'
import { type Attempt, Plan, type PlanOptions, sharesOf } from './plan.ts'
import type { Space } from './space.ts'

const spaceOf = (algorithm: string): Space => ({
  algorithm,
  dimensions: [{ name: 'x', kind: 'range', low: 0, high: 1, isLog: false, isInteger: false }],
  fixed: {},
  first: { x: 0.5 },
  oftenGood: [],
})
const options: PlanOptions = { spaces: ['a', 'b'].map(spaceOf), strategy: 'tpe', shares: [1], seed: 3 }
const lossOf = ({ algorithm, parameters }: Attempt) => (parameters.x as number) + (algorithm === 'a' ? 0 : 2)

function play(plan: Plan, count: number): Attempt[] {
  return Array.from({ length: count }, () => {
    const attempt = plan.next()!
    plan.ended(attempt, lossOf(attempt))
    return attempt
  })
}

test('what often does well is tried next, of the best algorithm first, and not of those far behind', () => {
  const spaces = ['a', 'b', 'c', 'd'].map(algorithm => ({
    ...spaceOf(algorithm),
    oftenGood: [{ x: 0.25 }, { x: 0.75 }],
  }))
  const plan = new Plan({ ...options, spaces })
  const loss = new Map(Object.entries({ a: 4, b: 1, c: 3, d: 2 }))
  const attempts = Array.from({ length: 10 }, () => {
    const attempt = plan.next()!
    plan.ended(attempt, loss.get(attempt.algorithm)!)
    return attempt
  })
  const told = attempts.slice(4).map(({ algorithm, parameters }) => `${algorithm} ${parameters.x}`)
  expect(told).toEqual(['b 0.25', 'b 0.75', 'd 0.25', 'd 0.75', 'c 0.25', 'c 0.75'])
})

test('the defaults of each algorithm come first, and what follows depends on the seed alone', () => {
  const attempts = play(new Plan(options), 30)
  expect(attempts.slice(0, 2)).toEqual([
    { algorithm: 'a', parameters: { x: 0.5 }, share: 1 },
    { algorithm: 'b', parameters: { x: 0.5 }, share: 1 },
  ])
  expect(play(new Plan(options), 30)).toEqual(attempts)
  expect(play(new Plan({ ...options, seed: 4 }), 30)).not.toEqual(attempts)
})

test('a plan that goes on from another proposes what that one would have, first what it had begun', () => {
  const halved: PlanOptions = { ...options, strategy: 'asha', shares: [1 / 3, 1] }
  const whole = new Plan(halved)
  play(whole, 20)
  const cut = whole.next()!
  const held = structuredClone(whole.save())
  whole.ended(cut, lossOf(cut))
  const rest = [cut, ...play(whole, 25)]

  const resumed = new Plan(halved)
  resumed.restore(held)
  expect(play(resumed, 26)).toEqual(rest)
})

test('with halving fewer go on to more rows, the best ones, and each setting once', () => {
  const shares = [1 / 9, 1 / 3, 1]
  const attempts = play(new Plan({ ...options, strategy: 'asha', shares }), 120)
  const at = (share: number) => attempts.filter(each => each.share === share)
  expect(at(1).length).toBeGreaterThan(4)
  expect(at(1 / 3).length).toBeLessThan(at(1 / 9).length)
  expect(at(1).length).toBeLessThan(at(1 / 3).length)
  const texts = (list: Attempt[]) => list.map(({ algorithm, parameters }) => JSON.stringify([algorithm, parameters]))
  expect(texts(at(1 / 9))).toEqual(expect.arrayContaining(texts(at(1))))
  const middle = (list: Attempt[]) => list.map(lossOf).toSorted((a, b) => a - b)[Math.floor(list.length / 2)]!
  expect(middle(at(1))).toBeLessThan(middle(at(1 / 9)))
})

test('what fails does not go on; when time runs out the best goes to all rows at once', () => {
  const plan = new Plan({ ...options, strategy: 'asha', shares: [1 / 9, 1 / 3, 1] })
  expect(plan.shortcut(() => true)).toBeNull()
  const attempts = Array.from({ length: 9 }, () => plan.next()!)
  expect(attempts.every(({ share }) => share === 1 / 9)).toBe(true)
  for (const [i, attempt] of attempts.entries()) plan.ended(attempt, i === 4 ? 1 : null)
  expect(plan.shortcut(() => true)).toEqual({ ...attempts[4], share: 1 })
  expect(plan.shortcut(() => true)).toBeNull()
})

const all = () => true
const none = () => false

/** A plan whose first attempts, on a part of the rows, had such losses. */
function tried(losses: readonly number[]): { plan: Plan; attempts: Attempt[] } {
  const plan = new Plan({ ...options, strategy: 'asha', shares: [1 / 9, 1 / 3, 1] })
  const attempts = losses.map(() => plan.next()!)
  for (const [i, attempt] of attempts.entries()) plan.ended(attempt, losses[i]!)
  return { plan, attempts }
}

test('the best goes to all rows while it still can, and not before', () => {
  const { plan, attempts } = tried([0, 1, 2, 3, 4, 5, 6, 7, 8])
  const { algorithm } = attempts[0]!
  expect(plan.lastChance({ now: none, later: none, quick: none })).toBeNull()
  // Another that is about to be too late is no reason to try it.
  expect(plan.lastChance({ now: all, later: each => each === algorithm, quick: none })).toBeNull()
  const attempt = plan.lastChance({ now: all, later: each => each !== algorithm, quick: none })
  expect(attempt).toEqual({ ...attempts[0], share: 1 })
})

test('what is quick goes to all rows before the best, so that there is one, and nothing that was beaten there', () => {
  const { plan, attempts } = tried([2, 1, 3, 4, 5, 6, 7, 8, 9])
  const [second, best] = attempts as [Attempt, Attempt]
  expect(second.algorithm).not.toBe(best.algorithm)
  const chances = { now: all, later: none, quick: (algorithm: string) => algorithm === second.algorithm }
  const first = plan.lastChance(chances)!
  expect(first).toEqual({ ...second, share: 1 })
  const next = plan.lastChance(chances)!
  expect(next).toEqual({ ...best, share: 1 })
  plan.ended(first, 1.5)
  plan.ended(next, 0.5)
  expect(plan.lastChance(chances)).toBeNull()
})

test('of two shares the one that did better goes first', () => {
  const { plan, attempts } = tried([2, 1, 3, 4, 5, 6, 7, 8, 9])
  const promoted = plan.next()!
  expect(promoted).toEqual({ ...attempts[1], share: 1 / 3 })
  plan.ended(promoted, 2.5)
  expect(plan.shortcut(all)).toEqual({ ...attempts[0], share: 1 })
  expect(plan.shortcut(all)).toEqual({ ...promoted, share: 1 })
})

test('algorithms that may not be tried any more are left out; when none may there is nothing next', () => {
  const plan = new Plan(options)
  expect(plan.next(algorithm => algorithm === 'b')?.algorithm).toBe('b')
  expect(Array.from({ length: 10 }, () => plan.next(algorithm => algorithm === 'b')?.algorithm)).not.toContain('a')
  expect(plan.next(() => false)).toBeNull()
})

test('small data are tried whole, large data from some thousands of rows up', () => {
  expect(sharesOf(3000, 4000)).toEqual([1])
  expect(sharesOf(13_000, 4000)).toEqual([1 / 3, 1])
  expect(sharesOf(10_000_000, 4000)).toHaveLength(4)
})
