import { expect, test } from 'vitest'
import type { Target } from '../target.ts'
import { partOf } from './part.ts'

/** Every fifth row is of the second class. */
function divided(train: number, validation: number) {
  const values = Float64Array.from({ length: train + validation }, (_, row) => (row % 5 === 0 ? 1 : 0))
  const target: Target = { task: 'binary', classes: ['no', 'yes'], values, missing: 0 }
  const rows = (count: number, from: number) => Int32Array.from({ length: count }, (_, i) => from + i)
  return { target, split: { train: rows(train, 0), validation: rows(validation, train) }, seed: 1 }
}

test('a share of both, of each class alike, among those of a larger share', () => {
  const work = divided(90_000, 90_000)
  const small = partOf({ ...work, share: 1 / 9 })
  const large = partOf({ ...work, share: 1 / 3 })
  expect([small.train.length, large.train.length]).toEqual([10_000, 30_000])
  // 20,000 judge where a ninth would be fewer.
  expect([small.validation.length, large.validation.length]).toEqual([20_000, 30_000])
  for (const part of ['train', 'validation'] as const) {
    const among = new Set(large[part])
    expect(small[part].every(row => among.has(row))).toBe(true)
    expect(small[part]).toEqual(small[part].toSorted())
    expect(small[part].filter(row => work.target.values[row] === 1).length).toBe(small[part].length / 5)
  }
  expect(partOf({ ...work, share: 1 / 9 })).toEqual(small)
})

test('few validation rows all judge', () => {
  const work = divided(9000, 3000)
  expect(partOf({ ...work, share: 1 / 3 })).toMatchObject({
    train: { length: 3000 },
    validation: work.split.validation,
  })
  expect(partOf({ ...divided(90, 0), share: 1 / 3 }).validation.length).toBe(0)
})
