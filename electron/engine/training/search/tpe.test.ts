import { expect, test } from 'vitest'
import type { Parameters } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Space } from './space.ts'
import { type Proposal, proposeRandom, proposeTpe, type Tried } from './tpe.ts'

const range = (name: string, low: number, high: number, isLog = false) =>
  ({ name, kind: 'range', low, high, isLog, isInteger: false }) as const
const space = (algorithm: string, dimensions: Space['dimensions']): Space => ({
  ...{ algorithm, dimensions, fixed: {}, first: {}, oftenGood: [] },
})

type Loss = (proposal: Proposal) => number
const number = (parameters: Parameters, name: string) => parameters[name] as number
const problems: Record<string, { spaces: Space[]; loss: Loss }> = {
  'a bowl in four dimensions': {
    spaces: [space('a', [range('w', -5, 5), range('x', -5, 5), range('y', -5, 5), range('z', -5, 5)])],
    loss: ({ parameters }) =>
      ['w', 'x', 'y', 'z'].reduce((sum, name, i) => sum + (number(parameters, name) - i + 1) ** 2, 0),
  },
  Branin: {
    spaces: [space('a', [range('x', -5, 10), range('y', 0, 15)])],
    loss({ parameters }) {
      const [x, y] = [number(parameters, 'x'), number(parameters, 'y')]
      const bowl = y - (5.1 * x ** 2) / (4 * Math.PI ** 2) + (5 * x) / Math.PI - 6
      return bowl ** 2 + 10 * (1 - 1 / (8 * Math.PI)) * Math.cos(x) + 10
    },
  },
  'a logarithmic range and a choice': {
    spaces: [
      space('a', [
        range('rate', 1e-5, 1, true),
        { name: 'kind', kind: 'choice', choices: ['a', 'b', 'c', 'd', 'e'] },
        { name: 'layers', kind: 'choice', choices: [[8], [16, 8], [64]] },
      ]),
    ],
    loss: ({ parameters: { rate, kind, layers } }) =>
      (Math.log10(rate as number) + 3) ** 2 + (kind === 'd' ? 0 : 1) + (layers as number[]).length,
  },
  'four algorithms, of which one is good': {
    spaces: ['a', 'b', 'c', 'd'].map(id => space(id, [range('x', 0, 1), range('y', 1e-3, 1e3, true)])),
    loss: ({ algorithm, parameters }) =>
      (algorithm === 'c' ? 0 : 1) + (number(parameters, 'x') - 0.3) ** 2 + Math.log10(number(parameters, 'y')) ** 2,
  },
}

function lowest(seed: number, loss: Loss, propose: (tried: Tried[], random: Pcg32) => Proposal): number {
  const random = new Pcg32(seed)
  const tried: Tried[] = []
  for (let i = 0; i < 60; i += 1) {
    const proposal = propose(tried, random)
    tried.push({ ...proposal, loss: loss(proposal) })
  }
  return Math.min(...tried.map(each => each.loss))
}

test.each(Object.entries(problems))('on %s 60 trials find better than drawn at random', (_, { spaces, loss }) => {
  const seeds = Array.from({ length: 60 }, (_, seed) => seed + 1)
  const better = seeds.filter(seed => {
    const informed = lowest(seed, loss, (tried, random) => proposeTpe(spaces, tried, random))
    return informed < lowest(seed, loss, (_tried, random) => proposeRandom(spaces, random))
  }).length
  // Were they alike, 43 or more of 60 would come with a chance below 0.001.
  expect(better).toBeGreaterThanOrEqual(43)
})

test('the same seed and the same losses give the same proposals; failures and what runs are kept away from', () => {
  const { spaces, loss } = problems['four algorithms, of which one is good']!
  const propose = (tried: Tried[], random: Pcg32) => proposeTpe(spaces, tried, random)
  expect(lowest(7, loss, propose)).toBe(lowest(7, loss, propose))
  const random = new Pcg32(1)
  const tried: Tried[] = []
  for (let i = 0; i < 80; i += 1) {
    const proposal = proposeTpe(spaces, tried, random)
    const fails = number(proposal.parameters, 'x') > 0.5
    tried.push({ ...proposal, loss: fails ? Number.POSITIVE_INFINITY : loss(proposal) })
  }
  const failed = (part: Tried[]) => part.filter(each => each.loss === Number.POSITIVE_INFINITY).length
  expect(failed(tried.slice(-40))).toBeLessThan(failed(tried.slice(0, 40)))
})
