import { expect, test } from 'vitest'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import { readTarget, type TargetChoice } from './target.ts'

type Numeric = Exclude<ColumnType, 'text'>

function numbers(values: number[], choice: Partial<TargetChoice> = {}, type: Numeric = 'number') {
  const table = {
    rows: values.length,
    columns: [{ name: 'y', type, kind: 'numeric' as const, values: Float64Array.from(values) }],
  }
  return readTarget(table, { column: 'y', task: null, positive: null, ...choice })
}

function textColumn(name: string, texts: (string | null)[]) {
  const dictionary = [...new Set(texts.filter(text => text !== null))]
  const codes = Int32Array.from(texts, text => (text === null ? -1 : dictionary.indexOf(text)))
  return { name, type: 'text' as const, kind: 'text' as const, codes, dictionary }
}

function texts(values: (string | null)[], choice: Partial<TargetChoice> = {}) {
  const table = { rows: values.length, columns: [textColumn('y', values)] }
  return readTarget(table, { column: 'y', task: null, positive: null, ...choice })
}

test('few whole numbers are classes in their order as numbers, others values', () => {
  expect(numbers([10, 9, 10, 9, 2])).toMatchObject({ task: 'multiclass', classes: ['2', '9', '10'] })
  expect(numbers([0.5, 1, 2, 1])).toMatchObject({ task: 'regression', classes: [] })
  expect(numbers(Array.from({ length: 30 }, (_, i) => i))).toMatchObject({ task: 'regression' })
  expect(numbers([1, 0, 1], {}, 'boolean')).toMatchObject({ task: 'binary', classes: ['false', 'true'] })
  expect(numbers([10, 9, 2], { task: 'regression' })).toMatchObject({ task: 'regression' })
})

test('text is classes in sort order; a named positive class comes second; missing rows count', () => {
  expect(texts(['b', 'a', null, 'b'])).toMatchObject({ task: 'binary', classes: ['a', 'b'], missing: 1 })
  expect([...texts(['b', 'a', null], { positive: 'a' }).values]).toEqual([0, 1, Number.NaN])
  expect(() => texts(['b', 'a', 'c'], { positive: 'a' })).toThrow('does not have two classes')
})

test.each([
  ['all missing', () => numbers([Number.NaN, Number.NaN]), 'The target "y" is missing in all 2 rows'],
  ['one value', () => texts(['a', 'a', null]), 'The target "y" is "a" in every row: there is nothing to learn'],
  [
    'infinite',
    () => numbers([0.5, 1.5, Number.POSITIVE_INFINITY]),
    'The target "y" holds infinite values in 1 of 3 rows',
  ],
  ['a day', () => numbers([1e12, 2e12, 3e12], {}, 'date'), 'The target "y" is a date'],
  ['text as a number', () => texts(['a', 'b'], { task: 'regression' }), 'cannot be learned as a number'],
  [
    'an identifier',
    () => texts(Array.from({ length: 1500 }, (_, i) => `id ${i}`)),
    'more than 1000 distinct values: too many for classes',
  ],
])('a target that is %s is refused in words', (_name, read, message) => {
  expect(read).toThrow(message)
})
