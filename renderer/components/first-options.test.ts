import { expect, test } from 'vitest'
import { firstOptions } from './first-options.ts'

const options = Array.from({ length: 2500 }, (_, i) => ({ value: `gene_${i}`, label: `gene_${i}` }))
const found = (search: string) => firstOptions({ options, search, limit: Number.POSITIVE_INFINITY })

test('of very many options the first are drawn, and how many more there are is said in a line that cannot be chosen', () => {
  const all = found('')
  expect(all).toHaveLength(101)
  expect(all.slice(0, 100)).toEqual(options.slice(0, 100))
  expect(all[100]).toMatchObject({ disabled: true, label: expect.stringContaining('2,400 more') })
})

test('any option is found by typing, whatever its case', () => {
  expect(found(' GENE_2499')).toEqual([options[2499]])
  expect(found('gene_24')).toHaveLength(101)
  expect(found('gene_240')).toHaveLength(11)
  expect(found('protein')).toEqual([])
})
