import { expect, test } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import { algorithms } from '../algorithms/index.ts'
import { checkParameters } from '../parameters.ts'
import { choiceOf, draw, fromUnit, spaceOf, toUnit } from './space.ts'

test.each(algorithms.entries.map(algorithm => [algorithm.id, algorithm] as const))(
  'whatever is drawn from the space of %s, the algorithm takes it, and it lies in what was declared',
  (_, algorithm) => {
    const random = new Pcg32(3)
    const space = spaceOf(algorithm)
    expect(checkParameters(algorithm, space.first)).toEqual(space.first)
    for (const parameters of space.oftenGood) expect(checkParameters(algorithm, parameters)).toEqual(parameters)
    for (let i = 0; i < 200; i += 1) {
      const parameters = draw(space, random)
      expect(checkParameters(algorithm, parameters)).toEqual(parameters)
      for (const dimension of space.dimensions) {
        const value = parameters[dimension.name]!
        if (dimension.kind === 'choice') expect(choiceOf(dimension, value)).toBeGreaterThanOrEqual(0)
        else {
          const again = fromUnit(dimension, toUnit(dimension, value as number))
          expect(Math.abs(again / (value as number) - 1)).toBeLessThan(2e-3)
        }
      }
    }
  },
)

const parameters = [
  { name: 'rate', kind: 'number' as const, default: 0.1, search: { low: 0.01, high: 1, log: true }, help: '' },
  { name: 'rounds', kind: 'integer' as const, default: 300, search: { choices: [2000] }, help: '' },
  { name: 'bins', kind: 'integer' as const, default: 255, help: '' },
]

test('a logarithmic range is drawn evenly over its orders of magnitude', () => {
  const random = new Pcg32(5)
  const space = spaceOf({ id: 'a', parameters })
  const drawn = Array.from({ length: 4000 }, () => draw(space, random).rate as number)
  expect(drawn.filter(value => value < 0.1).length / drawn.length).toBeCloseTo(0.5, 1)
})

test('one choice is what a search sets; what declares nothing stays at its default; what is given is held', () => {
  expect(spaceOf({ id: 'a', parameters })).toMatchObject({
    fixed: { rounds: 2000, bins: 255 },
    first: { rate: 0.1, rounds: 2000, bins: 255 },
    oftenGood: [],
  })
  expect(spaceOf({ id: 'a', parameters }, { rate: 0.5, rounds: 10 })).toMatchObject({
    dimensions: [],
    first: { rate: 0.5, rounds: 10, bins: 255 },
    oftenGood: [],
  })
})
