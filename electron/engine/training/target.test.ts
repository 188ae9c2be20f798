import { expect, test } from 'vitest'
import type { ColumnType } from '../../../shared/model/dataset.ts'
import { splitByColumn, splitRows } from './split.ts'
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

const repeat = <Value>(value: Value, times: number): Value[] => new Array<Value>(times).fill(value)

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

test('the split is 60/20/20 in each class, the same for a seed, another for another', () => {
  const target = texts([...repeat('a', 100), ...repeat('b', 50), null])
  const split = splitRows(target, 7)
  expect([split.train.length, split.validation.length, split.test.length]).toEqual([90, 30, 30])
  expect(split.test.filter(row => row >= 100).length).toBe(10)
  const all = [...split.train, ...split.validation, ...split.test].sort((a, b) => a - b)
  expect(all).toEqual(Array.from({ length: 150 }, (_, row) => row))
  expect(splitRows(target, 7)).toEqual(split)
  expect(splitRows(target, 8).test).not.toEqual(split.test)
})

test('a class of one row: learned and told where there are others, refused where there are two', () => {
  const three = splitRows(texts([...repeat('a', 20), ...repeat('b', 20), 'c']), 1)
  expect(three.train).toContain(40)
  expect(three.warnings).toEqual(['The class "c" has one row: it is learned, and neither validated nor tested'])
  expect(() => splitRows(texts([...repeat('a', 20), 'b']), 1)).toThrow('The class "b" has one row')
})

test('too few rows are refused', () => {
  expect(() => splitRows(numbers([0.5, 1.5]), 1)).toThrow('too few rows have a target')
})

test('a column gives the split; another word in it is named with its row', () => {
  const target = numbers([0.5, 1.5, 2.5, 3.5, 4.5])
  const column = textColumn('part', ['train', 'Test', 'validation', null, 'train'])
  expect(splitByColumn(column, target, 1)).toMatchObject({
    train: Int32Array.of(0, 4),
    validation: Int32Array.of(2),
    test: Int32Array.of(1),
  })
  const wrong = textColumn('part', ['train', 'test', 'holdout', 'train', 'train'])
  expect(() => splitByColumn(wrong, target, 1)).toThrow('Row 3: the split column "part" holds "holdout"')
  const without = textColumn('part', [...repeat('train', 4), 'test'])
  expect(splitByColumn(without, target, 1)).toMatchObject({ warnings: [expect.stringContaining('no validation rows')] })
})
