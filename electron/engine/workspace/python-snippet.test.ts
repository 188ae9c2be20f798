import { expect, test } from 'vitest'
import { pythonSnippet, pythonString } from './python-snippet.ts'

test('any text becomes one harmless Python literal', () => {
  expect(pythonString('C:\\Users\\new\\store')).toBe('"C:\\\\Users\\\\new\\\\store"')
  expect(pythonString('say "hi"\n\u0000')).toBe('"say \\"hi\\"\\u000a\\u0000"')
  expect(pythonString('a\u202eb\u2028c')).toBe('"a\\u202eb\\u2028c"')
  expect(pythonString('Müller 😀')).toBe('"Müller 😀"')
  expect(pythonString('\ud800 \u{e0001}')).toBe('"\\ud800 \\U000e0001"')
})

test('a hostile title stays in its comment', () => {
  const code = pythonSnippet('x"\nimport os', { kind: 'dataset', dataset: '/data' })
  expect(code.split('\n')[0]).toBe('# "x\\"\\u000aimport os"')
  expect(code).not.toMatch(/^import os$/m)
})
