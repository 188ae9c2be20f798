import { expect, test } from 'vitest'
import { afterCursor, chooseReplica, secondOf } from './logs.ts'

const all = { replica: null, cursor: null, limit: 100 }

test('lines go on after the cursor, whatever the digits of their times', () => {
  const first = afterCursor('2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.12Z two\r\n', all)
  expect(first).toEqual({ lines: ['one', 'two'], leftOut: 0, cursor: '2026-01-02T03:04:05.120000000Z' })
  const text = '2026-01-02T03:04:05.1Z one\n2026-01-02T03:04:05.12Z two\n2026-01-02T03:04:05.120000001Z three\n'
  const next = afterCursor(text, { ...all, cursor: first.cursor })
  expect(next).toEqual({ lines: ['three'], leftOut: 0, cursor: '2026-01-02T03:04:05.120000001Z' })
  expect(afterCursor('', { ...all, cursor: next.cursor })).toEqual({ lines: [], leftOut: 0, cursor: next.cursor })
  expect(secondOf(next.cursor)).toBe('2026-01-02T03:04:05Z')
  expect(secondOf('anything; else')).toBeNull()
})

test('of many lines the newest come first, then none is passed over, and an endless one is cut', () => {
  const lineOf = (i: number) => `2026-01-02T03:04:0${i}Z line ${i}`
  const text = Array.from({ length: 9 }, (_, i) => lineOf(i)).join('\n')
  const newest = afterCursor(text, { ...all, limit: 2 })
  expect(newest.lines).toEqual(['line 7', 'line 8'])
  const more = [7, 8, 9, 9, 9].map(lineOf).join('\n')
  expect(afterCursor(more, { ...all, limit: 2, cursor: newest.cursor }).lines).toHaveLength(3)
  const { cursor } = afterCursor(lineOf(3), all)
  const next = afterCursor(text, { ...all, limit: 2, cursor })
  expect(next.lines).toEqual(['line 4', 'line 5'])
  expect(afterCursor(text, { ...all, limit: 2, cursor: next.cursor }).lines).toEqual(['line 6', 'line 7'])
  const [long] = afterCursor(`2026-01-02T03:04:05Z ${'x'.repeat(50_000)}`, all).lines
  expect(long).toHaveLength(20_001)
})

test('a replica that is not there is refused, naming those that are', () => {
  expect(chooseReplica(['a', 'b'], all, 'service')).toBe('a')
  expect(chooseReplica(['a', 'b'], { ...all, replica: 'b' }, 'service')).toBe('b')
  expect(() => chooseReplica(['a', 'b'], { ...all, replica: 'c' }, 'service')).toThrow('has no replica "c"')
  expect(() => chooseReplica([], all, 'service')).toThrow('no replica whose log')
})
