import { expect, test } from 'vitest'
import { afterCursor, chooseReplica, secondOf } from './logs.ts'

const all = { replica: null, cursor: null, limit: 100 }

test('lines go on after the cursor, whatever the digits of their times', () => {
  const first = afterCursor('2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.12Z two\r\n', all)
  expect(first).toEqual({ lines: ['one', 'two'], cursor: '2026-01-02T03:04:05.120000000Z' })
  const text = '2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.12Z two\n2026-01-02T03:04:05.120000001Z three\n'
  const next = afterCursor(text, { ...all, cursor: first.cursor })
  expect(next).toEqual({ lines: ['three'], cursor: '2026-01-02T03:04:05.120000001Z' })
  expect(afterCursor('', { ...all, cursor: next.cursor })).toEqual({ lines: [], cursor: next.cursor })
  expect(secondOf(next.cursor)).toBe('2026-01-02T03:04:05Z')
  expect(secondOf('anything; else')).toBeNull()
})

test('of many lines the newest are kept, and an endless one is cut', () => {
  const text = Array.from({ length: 9 }, (_, i) => `2026-01-02T03:04:0${i}Z line ${i}`).join('\n')
  expect(afterCursor(text, { ...all, limit: 2 }).lines).toEqual(['line 7', 'line 8'])
  const [long] = afterCursor(`2026-01-02T03:04:05Z ${'x'.repeat(50_000)}`, all).lines
  expect(long).toHaveLength(20_001)
})

test('a replica that is not there is refused, naming those that are', () => {
  expect(chooseReplica(['a', 'b'], all, 'service')).toBe('a')
  expect(chooseReplica(['a', 'b'], { ...all, replica: 'b' }, 'service')).toBe('b')
  expect(() => chooseReplica(['a', 'b'], { ...all, replica: 'c' }, 'service')).toThrow('has no replica "c"')
  expect(() => chooseReplica([], all, 'service')).toThrow('no replica whose log')
})
