import { expect, test } from 'vitest'
import { Clock } from './clock.ts'

test('trials have to end in time to write the models, but for what a trial was let before there were so many', () => {
  const clock = new Clock(100)
  clock.toWrite = 10_000
  clock.goOn(70_000)
  expect([clock.isUp(0), clock.isUp(1), clock.isUp(8)]).toEqual([false, false, true])
  clock.promise(clock.forTrials(1))
  expect(clock.isUp(8)).toBe(false)
  clock.goOn(80_000)
  expect(clock.isUp(8)).toBe(true)
})
