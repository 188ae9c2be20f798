import { expect, test } from 'vitest'
import { Pcg32 } from '../numerics/index.ts'
import { comparePaired } from './compare-paired.ts'
import { evaluate } from './evaluate.ts'

/** Values that two models predict with errors of the given sizes; half of an error is the row's own, and both make it. */
function regression(random: Pcg32, rows: number, baseline: number, candidate: number) {
  const truth = new Float64Array(rows)
  const one = new Float32Array(rows)
  const other = new Float32Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const shared = random.nextGaussian()
    truth[row] = 10 * random.nextGaussian()
    one[row] = truth[row]! + baseline * (shared + random.nextGaussian())
    other[row] = truth[row]! + candidate * (shared + random.nextGaussian())
  }
  return { task: 'regression' as const, classes: [], truth, baseline: one, candidate: other, seed: 1 }
}

const find = <Item extends { metric: string }>(items: Item[], metric: string) =>
  items.find(item => item.metric === metric)!

test('a model against itself: no difference, within noise', async () => {
  const rows = regression(new Pcg32(1), 200, 1, 1)
  for (const each of await comparePaired({ ...rows, candidate: rows.baseline })) {
    expect(each).toMatchObject({ difference: 0, verdict: 'within noise' })
  }
})

test('rows that are drawn together count as one: ten copies of each row leave the interval as it was', async () => {
  const rows = regression(new Pcg32(3), 40, 1, 0.7)
  const copied = <Values extends Float32Array | Float64Array>(values: Values) =>
    values.constructor === Float32Array
      ? Float32Array.from({ length: 400 }, (_, i) => values[i % 40]!)
      : Float64Array.from({ length: 400 }, (_, i) => values[i % 40]!)
  const copies = {
    ...rows,
    truth: copied(rows.truth) as Float64Array,
    baseline: copied(rows.baseline) as Float32Array,
    candidate: copied(rows.candidate) as Float32Array,
  }
  const together = Int32Array.from({ length: 400 }, (_, i) => 7 * (i % 40))
  const alone = find(await comparePaired(rows), 'mae')
  const drawn = find(await comparePaired({ ...copies, together }), 'mae')
  expect(drawn.interval[0]).toBeCloseTo(alone.interval[0], 6)
  expect(drawn.interval[1]).toBeCloseTo(alone.interval[1], 6)
  const apart = find(await comparePaired(copies), 'mae')
  expect(apart.interval[1] - apart.interval[0]).toBeLessThan(0.5 * (drawn.interval[1] - drawn.interval[0]))
  const few = find(await comparePaired({ ...copies, together: together.map(set => set % 4) }), 'mae')
  expect(few.verdict).toBe('within noise')
})

test('smaller errors are better where less is better, and worse the other way round', async () => {
  const rows = regression(new Pcg32(2), 400, 1, 0.7)
  const paired = await comparePaired(rows)
  expect(find(paired, 'rmse')).toMatchObject({ verdict: 'better' })
  expect(find(paired, 'rmse').difference).toBeLessThan(0)
  expect(find(paired, 'r2')).toMatchObject({ verdict: 'better' })
  expect(find(paired, 'r2').difference).toBeGreaterThan(0)
  const turned = await comparePaired({ ...rows, baseline: rows.candidate, candidate: rows.baseline })
  expect(find(turned, 'rmse')).toMatchObject({ verdict: 'worse', difference: -find(paired, 'rmse').difference })
})

test('the same seed gives the same intervals', async () => {
  const rows = regression(new Pcg32(3), 150, 1, 0.95)
  expect(await comparePaired(rows)).toEqual(await comparePaired(rows))
})

test('of models that are equally good about one comparison in twenty says otherwise', async () => {
  const simulations = 100
  let wrong = 0
  for (let i = 0; i < simulations; i += 1) {
    const paired = await comparePaired(regression(new Pcg32(100 + i), 120, 1, 1))
    wrong += Number(find(paired, 'rmse').verdict !== 'within noise')
  }
  // Binomial(100, 0.05): more than 14 has a chance of 1 in 10,000, none at all one of 6 in 1,000.
  expect(wrong).toBeGreaterThan(0)
  expect(wrong).toBeLessThanOrEqual(14)
})

test('the 95 % interval of a metric holds the true value about that often', async () => {
  const simulations = 100
  let held = 0
  for (let i = 0; i < simulations; i += 1) {
    const { truth, baseline } = regression(new Pcg32(500 + i), 200, 1, 1)
    const { intervals } = await evaluate({ task: 'regression', classes: [], truth, predictions: baseline, seed: i })
    // The error is a sum of two standard normal ones, so its root mean square is √2.
    const [low, high] = intervals.rmse!
    held += Number(low <= Math.SQRT2 && Math.SQRT2 <= high)
  }
  expect(held).toBeGreaterThanOrEqual(86)
  expect(held).toBeLessThan(100)
})

test('rows that are drawn together count as often as there are sets of them: each row ten times is no more evidence than once', async () => {
  const { truth, baseline } = regression(new Pcg32(7), 150, 1, 1)
  const once = { task: 'regression', classes: [], truth, predictions: baseline, seed: 4 } as const
  const tenfold = <Values extends Float32Array | Float64Array>(values: Values, into: Values) => {
    for (const [row, value] of values.entries()) into.fill(value, 10 * row, 10 * row + 10)
    return into
  }
  const often = {
    ...once,
    truth: tenfold(truth, new Float64Array(1500)),
    predictions: tenfold(baseline, new Float32Array(1500)),
  }
  const together = Int32Array.from({ length: 1500 }, (_, row) => 7 * Math.floor(row / 10))
  const [ofOnce, ofSets, ofRows] = [
    await evaluate(once),
    await evaluate({ ...often, together }),
    await evaluate(often),
  ] as const
  const width = ({ intervals }: typeof ofOnce) => intervals.rmse![1] - intervals.rmse![0]
  expect(width(ofSets)).toBeCloseTo(width(ofOnce), 10)
  expect(width(ofRows)).toBeLessThan(width(ofOnce) / 2)
  expect((await evaluate({ ...often, together: new Int32Array(1500) })).intervals).toEqual({})
})

test('coverage is better nearer to what it should be, from either side', async () => {
  const random = new Pcg32(5)
  const truth = Float64Array.from({ length: 400 }, () => random.nextGaussian())
  const answers = new Float32Array(400)
  const within = (size: number) => {
    const bounds = [new Float64Array(400).fill(-size), new Float64Array(400).fill(size)] as const
    return { scale: new Float64Array(400).fill(1), bounds }
  }
  const verdict = async (before: number, after: number) => {
    const foretold = [within(before), within(after)] as const
    const asked = { task: 'regression', classes: [], truth, baseline: answers, candidate: answers, seed: 2 } as const
    const { difference, verdict: told } = find(await comparePaired({ ...asked, foretold }), 'interval-coverage')
    return [Math.sign(difference), told]
  }
  // Of a normal distribution ±1.2816 holds 80 %, ±0.5 38 %, ±3 99.7 %, ±1.645 90 %, ±1.036 70 %.
  expect(await verdict(0.5, 1.2816)).toEqual([1, 'better'])
  expect(await verdict(3, 1.2816)).toEqual([-1, 'better'])
  expect(await verdict(1.2816, 3)).toEqual([1, 'worse'])
  expect(await verdict(1.036, 1.645)).toEqual([1, 'within noise'])
})
