import { expect, test } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import { importanceOf } from './importance.ts'
import type { Space } from './space.ts'

const space: Space = {
  algorithm: 'a',
  dimensions: [
    { name: 'rate', kind: 'range', low: 1e-3, high: 1, isLog: true, isInteger: false },
    { name: 'kind', kind: 'choice', choices: ['x', 'y'] },
    { name: 'noise', kind: 'range', low: 0, high: 1, isLog: false, isInteger: false },
  ],
  fixed: {},
  first: {},
  oftenGood: [],
}

function trialsOf(count: number, seed: number) {
  const random = new Pcg32(seed)
  return Array.from({ length: count }, () => {
    const parameters = {
      rate: 10 ** (-3 * random.nextFloat()),
      kind: random.nextBelow(2) ? 'x' : 'y',
      noise: random.nextFloat(),
    }
    const score = (Math.log10(parameters.rate) + 1.5) ** 2 + (parameters.kind === 'x' ? 0.3 : 0)
    return { algorithm: 'a', parameters, share: 1, score }
  })
}

test('what moves the score most comes first, and what does not move it tells next to nothing', () => {
  const importance = importanceOf(trialsOf(60, 1), [space], 'lower')
  expect(importance.map(({ parameter }) => parameter)).toEqual(['rate', 'kind', 'noise'])
  expect(importance[0]!.share).toBeGreaterThan(0.6)
  expect(importance[2]!.share).toBeLessThan(0.1)
})

test('the choice of the algorithm is held against all trials; trials on a part of the rows do not count', () => {
  const own = trialsOf(20, 2)
  const other = trialsOf(20, 3).map(each => ({ ...each, algorithm: 'b', score: each.score + 10 }))
  const spaces = [space, { ...space, algorithm: 'b', dimensions: [] }]
  const [first] = importanceOf([...own, ...other], spaces, 'lower')
  expect(first).toMatchObject({ algorithm: null, parameter: 'algorithm' })
  expect(first!.share).toBeGreaterThan(0.6)
  expect(
    importanceOf(
      own.map(each => ({ ...each, share: 1 / 3 })),
      spaces,
      'lower',
    ),
  ).toEqual([])
})
