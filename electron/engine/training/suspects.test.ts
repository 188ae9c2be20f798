import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import { Pcg32 } from '../numerics/index.ts'
import { splitTable } from './splits/index.ts'
import { dropRepeated, findSuspects } from './suspects.ts'
import type { Target } from './target.ts'

const rows = 1000
/** Drawn, of the rows that have a target. */
const splitRows = (target: Target, seed: number) =>
  splitTable({ rows, columns: [] }, { splitColumn: null, splitBy: 'parts', seed }, target)
const random = new Pcg32(7, 1)
const noise = () => random.nextUint32() / 2 ** 32
const outcome = Float64Array.from({ length: rows }, () => Number(noise() < 0.4))
const numeric = (name: string, values: Float64Array) => ({
  name,
  type: 'number' as const,
  kind: 'numeric' as const,
  values,
})
const text = (name: string, codes: Int32Array, dictionary: string[]) => ({
  name,
  type: 'text' as const,
  kind: 'text' as const,
  codes,
  dictionary,
})

const table: Table = {
  rows,
  columns: [
    numeric(
      'honest',
      outcome.map(y => y + 3 * noise()),
    ),
    // Low for one class, high for the other, in the middle again for the first: no order tells it, the bins do.
    numeric(
      'folded',
      outcome.map(y => (y ? 0.5 : noise() < 0.5 ? 0 : 1) + 0.1 * noise()),
    ),
    numeric(
      'after',
      outcome.map(y => y * 0.9 + 0.15 * noise()),
    ),
    text(
      'status',
      Int32Array.from(outcome, y => y),
      ['open', 'closed'],
    ),
    text(
      'id',
      Int32Array.from(outcome, (_, i) => i),
      Array.from(outcome, (_, i) => `N-${i}`),
    ),
    numeric(
      'empty',
      outcome.map(() => Number.NaN),
    ),
  ],
}
const features = table.columns.map(({ name }) => name)
const binary = { task: 'binary' as const, classes: ['no', 'yes'], values: outcome, missing: 0 }

test('columns that know the answer are named with their AUC; an honest one, an id and an empty one are not', () => {
  const suspects = findSuspects({ table, features, target: binary, split: splitRows(binary, 0) })
  expect(suspects.map(({ column }) => column)).toEqual(['folded', 'after', 'status'])
  expect(suspects[2]).toMatchObject({ kind: 'tells-target', evidence: { auc: 1, rows: 200 } })
  expect(suspects[1]!.message).toContain('"after" alone gives an AUC of 1.000')
})

test('more classes and values are judged too', () => {
  const classes = {
    task: 'multiclass' as const,
    classes: ['a', 'b', 'c'],
    values: outcome.map((_, i) => i % 3),
    missing: 0,
  }
  const kinds: Table = {
    rows,
    columns: [
      ...table.columns.slice(0, 1),
      numeric(
        'kind',
        classes.values.map(k => k * 2 + noise()),
      ),
    ],
  }
  const found = findSuspects({
    table: kinds,
    features: ['honest', 'kind'],
    target: classes,
    split: splitRows(classes, 0),
  })
  expect(found.map(({ column }) => column)).toEqual(['kind'])
  const values = { task: 'regression' as const, classes: [], values: outcome.map((_, i) => i), missing: 0 }
  const prices: Table = {
    rows,
    columns: [
      numeric(
        'double',
        values.values.map(v => 2 * v),
      ),
      table.columns[0]!,
    ],
  }
  const told = findSuspects({
    table: prices,
    features: ['double', 'honest'],
    target: values,
    split: splitRows(values, 0),
  })
  expect(told).toMatchObject([{ column: 'double', message: expect.stringContaining('an R² of 0.99') }])
})

test('test rows that are training rows are counted, and can be dropped', () => {
  const copies: Table = {
    rows,
    columns: [
      numeric(
        'x',
        outcome.map((_, i) => i % 500),
      ),
      numeric(
        'y',
        outcome.map(() => Number.NaN),
      ),
    ],
  }
  const target = { ...binary, values: outcome.map((_, i) => Number(i % 500 < 200)) }
  const split = splitRows(target, 3)
  const x = copies.columns[0]!.kind === 'numeric' ? copies.columns[0]!.values : new Float64Array()
  const learned = new Set(Array.from(split.train, row => x[row]))
  const expected = Array.from(split.test).filter(row => learned.has(x[row])).length
  const repeated = findSuspects({ table: copies, features: ['x', 'y'], target, split }).find(
    ({ kind }) => kind === 'repeated-rows',
  )
  expect(repeated?.evidence).toEqual({ repeated: expected, testRows: 200 })
  expect(dropRepeated(copies, ['x', 'y'], target.values)).toBe(500)
  const rest = splitRows(target, 3)
  expect(findSuspects({ table: copies, features: ['x', 'y'], target, split: rest })).not.toContainEqual(
    expect.objectContaining({ kind: 'repeated-rows' }),
  )
})

test('a long file that is sorted by its target is judged by rows of all of it', () => {
  const count = 300_000
  const values = Float64Array.from({ length: count }, (_, i) => Number(i >= count / 2))
  const sorted: Table = { rows: count, columns: [numeric('copy', values.slice())] }
  const target = { task: 'binary' as const, classes: ['no', 'yes'], values, missing: 0 }
  const [found] = findSuspects({ table: sorted, features: ['copy'], target, split: splitRows(target, 0) })
  expect(found).toMatchObject({ kind: 'tells-target', column: 'copy', evidence: { auc: 1, rows: 20_000 } })
})

test('groups that the split tears apart are named where the target is alike in them, and only then', () => {
  // Ten visits of each of 100 patients; most patients have one outcome.
  const patients = Int32Array.from({ length: rows }, (_, row) => row % 100)
  const names = Array.from({ length: 100 }, (_, i) => `P${i}`)
  const alike = { ...binary, values: outcome.map((_, row) => Number((row % 100) % 3 === 0) ^ Number(noise() < 0.05)) }
  const visits = (name: string): Table => ({
    rows,
    columns: [numeric('x', Float64Array.from({ length: rows }, noise)), text(name, patients, names)],
  })
  const suspectsOf = (target: typeof alike, name: string, whole: string[] = []) =>
    findSuspects({ table: visits(name), features: ['x'], target, split: splitRows(target, 0), whole })
  const [found] = suspectsOf(alike, 'patient_id')
  expect(found).toMatchObject({
    kind: 'split-group',
    column: 'patient_id',
    evidence: { torn: 200, testRows: 200, groups: 100 },
  })
  expect(suspectsOf(alike, 'patientId')).toHaveLength(1)
  expect(suspectsOf(binary, 'patient_id')).toEqual([])
  expect(suspectsOf(alike, 'patient_id', ['patient_id'])).toEqual([])
})

test('what rows belong to is told by the data as well, where its name does not say so', () => {
  const codes = (of: (row: number) => number) => Int32Array.from({ length: rows }, (_, row) => of(row))
  const names = Array.from({ length: 500 }, (_, i) => `N${i}`)
  const integers = (name: string, of: (row: number) => number): TableColumn => ({
    ...{ name, type: 'integer', kind: 'numeric', values: Float64Array.from({ length: rows }, (_, row) => of(row)) },
  })
  const targetOf = (of: (row: number) => number) => ({
    ...binary,
    values: Float64Array.from({ length: rows }, (_, row) => of(row)),
  })
  const found = (
    column: TableColumn,
    target: typeof binary,
    change: Partial<Parameters<typeof findSuspects>[0]> = {},
  ) =>
    findSuspects({
      table: { rows, columns: [numeric('x', Float64Array.from({ length: rows }, noise)), column] },
      ...{ features: ['x'], target, split: splitRows(target, 0), ...change },
    })
  const alike = targetOf(row => Number((row % 100) % 3 === 0) ^ Number(noise() < 0.05))
  const machine = text(
    'machine',
    codes(row => row % 100),
    names,
  )
  expect(found(machine, alike)).toMatchObject([
    {
      kind: 'split-group',
      column: 'machine',
      message: expect.stringContaining('if it says whom or what a row is of'),
      evidence: { torn: 200, testRows: 200, groups: 100, auc: expect.closeTo(0.95, 1) },
    },
  ])
  expect(
    found(
      integers('number', row => (row * 37) % 100),
      targetOf(row => ((row * 37) % 100) % 2),
    ),
  ).toHaveLength(1)
  const values = {
    task: 'regression' as const,
    classes: [],
    values: outcome.map((_, row) => (((row % 100) * 37) % 100) + 20 * noise()),
    missing: 0,
  }
  expect(
    findSuspects({ table: { rows, columns: [machine] }, features: [], target: values, split: splitRows(values, 0) }),
  ).toMatchObject([{ kind: 'split-group', column: 'machine', evidence: { r2: expect.any(Number) } }])

  // As many values, and nothing to be alike in; many rows of each; an order that tells as much; rows that are the very same; the newest tested.
  expect(found(machine, binary)).toEqual([])
  expect(
    found(
      text(
        'country',
        codes(row => row % 25),
        names,
      ),
      targetOf(row => (row % 25) % 2),
    ),
  ).toEqual([])
  expect(
    found(
      integers('age', row => row % 60),
      targetOf(row => Number(row % 60 > 30) ^ Number(noise() < 0.05)),
    ),
  ).toEqual([])
  const twice = Float64Array.from({ length: rows }, (_, row) => row % 250)
  const repeated = found(
    integers('amount', row => row % 250),
    targetOf(row => (row % 250) % 2),
    {
      table: { rows, columns: [numeric('x', twice), integers('amount', row => row % 250)] },
      features: ['x', 'amount'],
    },
  )
  expect(repeated.map(({ kind }) => kind)).toEqual(['repeated-rows'])
  expect(found(machine, alike, { isByTime: true })).toEqual([])
})

test.each([
  ['breast-cancer', 'diagnosis'],
  ['breast-cancer-shifted', 'diagnosis'],
  ['diabetes', 'progression'],
  ['digits', 'digit'],
])('nothing in the shipped sample %s passes for a group', async (file, name) => {
  const source = await readFile(new URL(`../../../resources/samples/${file}.csv`, import.meta.url), 'utf8')
  const [header, ...lines] = source
    .trim()
    .split('\n')
    .map(line => line.trim().split(','))
  const sample: Table = {
    rows: lines.length,
    columns: header!.map((column, k) => {
      const cells = lines.map(line => line[k]!)
      const labels = [...new Set(cells)].sort()
      if (cells.some(cell => Number.isNaN(Number(cell))))
        return text(
          column,
          Int32Array.from(cells, cell => labels.indexOf(cell)),
          labels,
        )
      const type = cells.every(cell => Number.isInteger(Number(cell))) ? ('integer' as const) : ('number' as const)
      return { ...numeric(column, Float64Array.from(cells, Number)), type }
    }),
  }
  const column = sample.columns.find(each => each.name === name)!
  const labels = column.kind === 'text' ? column.dictionary : [...new Set(column.values)].sort((a, b) => a - b)
  const isClasses = labels.length <= 10
  const target: Target = {
    task: isClasses ? (labels.length === 2 ? 'binary' : 'multiclass') : 'regression',
    classes: isClasses ? labels.map(String) : [],
    values: Float64Array.from({ length: sample.rows }, (_, row) =>
      column.kind === 'text' ? column.codes[row]! : column.values[row]!,
    ),
    missing: 0,
  }
  const chosen = { splitColumn: null, splitBy: 'parts' as const, seed: 0 }
  const suspects = findSuspects({
    table: sample,
    features: header!.filter(each => each !== name),
    ...{ target, whole: [name], split: splitTable(sample, chosen, target) },
  })
  expect(suspects.filter(({ kind }) => kind === 'split-group')).toEqual([])
})
