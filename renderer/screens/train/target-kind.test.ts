import { expect, test } from 'vitest'
import type { ColumnProfile } from '../../../shared/model/dataset.ts'
import { targetKind } from './target-kind.ts'

const column = (changes: Partial<ColumnProfile>): ColumnProfile => ({
  name: 'y',
  type: 'number',
  missing: 0,
  infinite: 0,
  distinct: 2,
  min: 0,
  max: 9,
  mean: null,
  standardDeviation: null,
  quantiles: [],
  histogram: null,
  top: [
    { value: 'yes', count: 5 },
    { value: 'no', count: 4 },
  ],
  ...changes,
})

test('a text is learned as classes, two of them in the order of the engine', () => {
  expect(targetKind(column({ type: 'text' }))).toEqual({
    isClasses: true,
    classes: ['no', 'yes'],
    text: 'classification: yes, no',
  })
})

test('whole numbers are classes while there are few of them', () => {
  expect(targetKind(column({ type: 'integer', distinct: 20 })).isClasses).toBe(true)
  expect(targetKind(column({ type: 'integer', distinct: 21 }))).toMatchObject({
    isClasses: false,
    text: 'regression, 0 to 9',
  })
})
