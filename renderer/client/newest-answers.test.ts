import { expect, test } from 'vitest'
import { newestAnswers } from './newest-answers.ts'

test('an answer that comes after that to a later question is left, for each thing by itself', () => {
  const { ask, isNewer } = newestAnswers<string>()
  const [first, second, third] = [ask(), ask(), ask()]
  expect(isNewer('runs', second)).toBe(true)
  expect(isNewer('runs', first)).toBe(false)
  expect(isNewer('models', first)).toBe(true)
  expect(isNewer('runs', third)).toBe(true)
  expect(isNewer('runs', third)).toBe(false)
})
