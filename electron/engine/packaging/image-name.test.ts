import { expect, test } from 'vitest'
import { checkTag, defaultTag, slugOf } from './image-name.ts'

test('a plain name stays, any other becomes a plain one that no other name becomes', () => {
  expect(slugOf('churn-2')).toBe('churn-2')
  expect(slugOf('Churn 2')).toMatch(/^churn-2-[0-9a-f]{8}$/)
  expect(slugOf('churn 2')).not.toBe(slugOf('Churn 2'))
  expect(slugOf('模型')).toMatch(/^model-[0-9a-f]{8}$/)
  expect(slugOf('9 lives')).toMatch(/^lives-[0-9a-f]{8}$/)
  expect(slugOf('x'.repeat(128)).length).toBeLessThanOrEqual(50)
  expect(slugOf("Robert'); DROP TABLE--")).toMatch(/^[a-z][a-z0-9-]*[a-z0-9]$/)
})

test('image names are checked, and get a tag when they have none', () => {
  expect(defaultTag('digits', 3)).toBe('lathe/digits:3')
  expect(checkTag('team/model')).toBe('team/model:latest')
  expect(checkTag('localhost:5000/team/model:1.2')).toBe('localhost:5000/team/model:1.2')
  for (const bad of ['Team/Model', 'a b', 'x:', '-x', '../x', 'x:tag with space']) {
    expect(() => checkTag(bad)).toThrow(expect.objectContaining({ code: 'bad-input' }))
  }
})
