import { expect, test } from 'vitest'
import type { Table, TableColumn } from '../../../../shared/inference/table.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Target } from '../target.ts'
import { foldsLack, foldsOf, type Split, splitTable } from './index.ts'

const rows = 1000

function table(...columns: TableColumn[]): Table {
  return { rows, columns }
}
const numbers = (name: string, value: (row: number) => number): TableColumn => ({
  ...{ name, type: 'integer', kind: 'numeric' },
  values: Float64Array.from({ length: rows }, (_, row) => value(row)),
})
const texts = (name: string, value: (row: number) => string | null): TableColumn => {
  const all = Array.from({ length: rows }, (_, row) => value(row))
  const dictionary = [...new Set(all.filter(text => text !== null))]
  return {
    name,
    type: 'text',
    kind: 'text',
    codes: Int32Array.from(all, text => dictionary.indexOf(text!)),
    dictionary,
  }
}
function classes(value: (row: number) => number, labels = ['no', 'yes']): Target {
  return {
    ...{ task: labels.length === 2 ? 'binary' : 'multiclass', classes: labels, missing: 0 },
    values: Float64Array.from({ length: rows }, (_, row) => value(row)),
  }
}

const random = new Pcg32(4)
/** Three rows of ten are positive; every 50th has no target. */
const target = classes(row => (row % 50 === 0 ? Number.NaN : Number(row % 10 < 3)))
/** 150 groups of very different sizes. */
const owners = Array.from({ length: rows }, () => random.nextBelow(1 + random.nextBelow(150)))
const owner = texts('owner', row => (row % 100 === 1 ? null : `owner ${owners[row]}`))
/** Days that come in no order, some of them many times. */
const days = Array.from({ length: rows }, () => Math.floor(random.nextBelow(3000) / 10))
const day = numbers('day', row => (row % 100 === 2 ? Number.NaN : days[row]!))

const choice = (splitColumn: string | null, splitBy: 'parts' | 'time' | 'group' = 'parts', seed = 7) => ({
  ...{ splitColumn, splitBy, seed },
})
const parts = ({ train, validation, test: tested }: Split) => [train, validation, tested]
const valuesIn = (values: readonly number[], part: Int32Array) => Array.from(part, row => values[row]!)

function expectDisjoint(lists: Int32Array[]): void {
  const all = lists.flatMap(list => [...list])
  expect(new Set(all).size).toBe(all.length)
  for (const list of lists) expect([...list]).toEqual([...list].sort((a, b) => a - b))
  expect(all.every(row => !Number.isNaN(target.values[row]!))).toBe(true)
}

test('drawn: 60/20/20 of each class, every row with a target once, the same for a seed', () => {
  const split = splitTable(table(), choice(null), target)
  expectDisjoint(parts(split))
  expect(parts(split).map(part => part.length)).toEqual([588, 196, 196])
  const positives = parts(split).map(part => part.reduce((sum, row) => sum + target.values[row]!, 0))
  expect(positives).toEqual([168, 56, 56])
  expect(splitTable(table(), choice(null), target)).toEqual(split)
  expect(splitTable(table(), choice(null, 'parts', 8), target).test).not.toEqual(split.test)
})

test('a class of one row: learned and told where there are others, refused where there are two; too few rows are refused', () => {
  const single = splitTable(
    table(),
    choice(null),
    classes(row => (row === 40 ? 2 : row % 2), ['a', 'b', 'c']),
  )
  expect(single.train).toContain(40)
  expect(single.warnings).toEqual(['The class "c" has one row: it is learned, and neither validated nor tested'])
  expect(() =>
    splitTable(
      table(),
      choice(null),
      classes(row => Number(row === 40)),
    ),
  ).toThrow('"yes" has one row')
  const few = { ...target, task: 'regression' as const, classes: [], values: Float64Array.of(0.5, 1.5) }
  expect(() => splitTable(table(), choice(null), few)).toThrow('too few rows, times or groups have a target')
})

test('by groups: none in two parts, shares and classes about kept, rows without one left out and counted', () => {
  const split = splitTable(table(owner), choice('owner', 'group'), target)
  expectDisjoint(parts(split))
  const groups = parts(split).map(part => new Set(valuesIn(owners, part)))
  expect(groups.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(groups.flatMap(group => [...group])).size)
  const all = split.train.length + split.validation.length + split.test.length
  for (const part of [split.validation, split.test]) {
    expect(part.length / all).toBeCloseTo(0.2, 1)
    expect(part.reduce((sum, row) => sum + target.values[row]!, 0) / part.length).toBeCloseTo(2 / 7, 1)
  }
  expect(split.warnings).toEqual(['10 rows without "owner" were left out: it is what the split goes by'])
})

test('by groups: three groups give three parts, two are refused', () => {
  const three = splitTable(table(numbers('g', row => row % 3)), choice('g', 'group'), target)
  expect(parts(three).every(part => part.length > 300)).toBe(true)
  expect(() => splitTable(table(numbers('g', row => row % 2)), choice('g', 'group'), target)).toThrow(
    'The column "g" holds 2 groups in the rows with a target',
  )
})

test('by time: each part is newer than the one before, and no moment is in two', () => {
  const split = splitTable(table(day), choice('day', 'time'), target)
  expectDisjoint(parts(split))
  const [train, validation, tested] = parts(split).map(part => valuesIn(days, part)) as [number[], number[], number[]]
  expect(Math.max(...train)).toBeLessThan(Math.min(...validation))
  expect(Math.max(...validation)).toBeLessThan(Math.min(...tested))
  const all = train.length + validation.length + tested.length
  expect(tested.length / all).toBeCloseTo(0.2, 1)
  expect(split.warnings).toEqual(['10 rows without "day" were left out: it is what the split goes by'])
})

test('by time: a text has no order, and one moment for all is refused', () => {
  expect(() => splitTable(table(owner), choice('owner', 'time'), target)).toThrow('has no order in time')
  expect(() => splitTable(table(numbers('day', () => 5)), choice('day', 'time'), target)).toThrow(
    'The column "day" holds one time in the rows with a target',
  )
})

test('by a column: its own parts, others named with their row, a quarter of training where validation lacks', () => {
  const said = ['train', ' Train', 'TEST', 'validation', null]
  const split = splitTable(table(texts('part', row => said[row % 5]!)), choice('part'), target)
  expectDisjoint(parts(split))
  expect([...split.test].every(row => row % 5 === 2)).toBe(true)
  const lacking = splitTable(
    table(texts('part', row => (row % 5 ? 'train' : 'test'))),
    choice('part'),
    classes(row => row % 2),
  )
  expect(parts(lacking).map(part => part.length)).toEqual([600, 200, 200])
  expect(lacking.warnings).toEqual([expect.stringContaining('names no validation rows')])
  const wrong = table(texts('part', row => (row === 12 ? 'holdout' : 'train')))
  expect(() => splitTable(wrong, choice('part'), target)).toThrow('Row 13: the split column "part" holds "holdout"')
  expect(() => splitTable(table(day), choice('day'), target)).toThrow('it has to hold train, validation and test')
})

test('a class that is in no training row: of two it is refused, of more it is said', () => {
  const late = table(numbers('day', row => row))
  expect(() =>
    splitTable(
      late,
      choice('day', 'time'),
      classes(row => Number(row >= 900)),
    ),
  ).toThrow('is in no training row')
  const three = splitTable(
    late,
    choice('day', 'time'),
    classes(row => (row >= 900 ? 2 : row % 2), ['a', 'b', 'c']),
  )
  expect(three.warnings).toEqual(['The class "c" is in no training row: it is never answered'])
})

const chosen = [choice(null), choice('owner', 'group'), choice('day', 'time')] as const

test.each(chosen)('folds of $splitBy $splitColumn leave the test rows alone and share no row', each => {
  const whole = table(owner, day)
  const split = splitTable(whole, each, target)
  const folds = foldsOf(whole, { choice: each, target, split, count: 5 })
  expect(folds.length).toBe(5)
  const known = new Set([...split.train, ...split.validation])
  expectDisjoint(folds.map(({ validation }) => validation))
  for (const { train, validation } of folds) {
    expectDisjoint([train, validation])
    expect([...train, ...validation].every(row => known.has(row))).toBe(true)
    if (each.splitBy === 'time')
      expect(Math.max(...valuesIn(days, train))).toBeLessThan(Math.min(...valuesIn(days, validation)))
    else expect(train.length + validation.length).toBe(known.size)
    if (each.splitBy === 'group') {
      const learned = new Set(valuesIn(owners, train))
      expect(valuesIn(owners, validation).some(each => learned.has(each))).toBe(false)
    }
  }
})

test('a class of as many rows as folds is in each of them', () => {
  const rare = classes(row => (row % 200 === 3 ? 1 : 0))
  const split = splitTable(table(), choice(null), rare)
  const count = [...split.train, ...split.validation].filter(row => rare.values[row] === 1).length
  const folds = foldsOf(table(), { choice: choice(null), target: rare, split, count })
  expect(folds.map(({ validation }) => [...validation].filter(row => rare.values[row] === 1).length)).toEqual(
    Array(count).fill(1),
  )
})

test('folds that lack one of many classes are kept, and that is said', () => {
  const labels = ['a', 'b', 'c']
  const late = classes(row => (row >= 700 ? 2 : row < 300 ? 0 : row % 2), labels)
  const sorted = table(numbers('day', row => row))
  const byTime = {
    choice: choice('day', 'time'),
    count: 4,
    target: late,
    split: splitTable(sorted, choice(null), late),
  }
  const folds = foldsOf(sorted, byTime)
  expect(folds).toHaveLength(4)
  expect(foldsLack(folds, late)).toEqual([
    'The classes "b", "c" are in no training row of some folds: there they are never answered',
    expect.stringContaining('"c" are in no validation row of some folds'),
  ])
  const drawn = { choice: choice(null), count: 4, target: late, split: byTime.split }
  expect(foldsLack(foldsOf(sorted, drawn), late)).toEqual([])
  const rare = classes(row => (row < 4 ? 2 : row % 2), labels)
  const few = foldsOf(table(), { ...drawn, target: rare, split: splitTable(table(), choice(null), rare) })
  expect(foldsLack(few, rare)).toEqual([
    'The class "c" is in no validation row of some folds: it is measured by the others alone',
  ])
})

test('folds in which a class is missing are left out', () => {
  const rare = classes(row => Number(row % 250 === 3))
  const split = splitTable(table(), choice(null), rare)
  const count = [...split.train, ...split.validation].filter(row => rare.values[row] === 1).length
  const folds = foldsOf(table(), { choice: choice(null), target: rare, split, count: 5 })
  expect(folds).toHaveLength(count)
  const sorted = numbers('day', row => row)
  const late = classes(row => Number(row >= 250 && row % 2 === 1))
  const whole = { ...split, train: Int32Array.from({ length: 600 }, (_, row) => row), validation: Int32Array.of(601) }
  const byTime = foldsOf(table(sorted), { choice: choice('day', 'time'), target: late, split: whole, count: 5 })
  expect(byTime.map(({ validation }) => Math.floor(validation[0]! / 100))).toEqual([3, 4, 5])
})
