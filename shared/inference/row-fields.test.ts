import { expect, test } from 'vitest'
import { makeReferenceProfile } from './bins.ts'
import { fieldsOf, shortFloat, typicalRow } from './row-fields.ts'
import type { Signature } from './signature.ts'

const signature: Signature = {
  formatVersion: 1,
  task: 'regression',
  target: 'y',
  columns: [
    { name: 'weight', type: 'number', about: 'of the day before' },
    { name: 'visits', type: 'integer' },
    { name: 'colour', type: 'text' },
    { name: 'member', type: 'boolean' },
    { name: 'since', type: 'date' },
  ],
  inputs: [],
  outputs: { probabilities: null, value: 'value' },
  classes: [],
}

test('fields start at the middle value and the most frequent label, within what was learned from', () => {
  const rows = 110
  const values = (of: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => of(row))
  const profile = makeReferenceProfile(
    signature,
    {
      rows,
      columns: [
        { name: 'weight', kind: 'numeric', type: 'number', values: values(row => 13.37 + row / 100) },
        { name: 'visits', kind: 'numeric', type: 'integer', values: values(row => row * 10) },
        {
          name: 'colour',
          kind: 'text',
          type: 'text',
          codes: Int32Array.from({ length: rows }, (_, row) => (row < 50 ? 0 : 1)),
          dictionary: ['red', 'blue'],
        },
        { name: 'member', kind: 'numeric', type: 'boolean', values: values(row => (row < 30 ? 0 : 1)) },
        { name: 'since', kind: 'numeric', type: 'date', values: values(() => Date.UTC(2024, 1, 29)) },
      ],
    },
    new Float32Array(rows),
  )
  const fields = fieldsOf(signature, profile)
  const [weight, visits, colour, member] = fields
  expect(typicalRow(fields)).toMatchObject({ weight: 13.86, visits: 500, colour: 'blue', member: true })
  expect([weight!.about, visits!.about]).toEqual(['of the day before', undefined])
  expect(weight!.range).toEqual({ min: 13.42, max: 14.42, step: 0.001 })
  expect(visits!.range).toEqual({ min: 50, max: 1050, step: 1 })
  expect(colour!.choices).toEqual(['blue', 'red'])
  expect(member!.choices).toEqual(['false', 'true'])
  // Dates are kept as float32 milliseconds: right to two minutes or so.
  expect(String(fields[4]!.typical)).toMatch(/^2024-02-(28|29)$/)
})

test('a model of which nothing is known starts at zero, empty and false', () => {
  const fields = fieldsOf(signature, { formatVersion: 1, rows: 0, columns: [], predictions: [] })
  expect(typicalRow(fields)).toEqual({ weight: 0, visits: 0, colour: '', member: false, since: '2000-01-01' })
})

test('a float32 is written as short as it can be', () => {
  for (const value of [0.1, 13.37, 1e-7, 123456.7, -2.5, 0]) expect(shortFloat(Math.fround(value))).toBe(value)
})
