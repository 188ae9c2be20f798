import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { metricTable } from '../../../../shared/model/metrics.ts'
import { type TargetTask, targetTasks } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { evaluate } from '../evaluate.ts'
import { Sample } from '../sample.ts'
import { type Predictions, ScoredRows } from '../scored-rows.ts'
import { metricRegistry, metricsOf } from './index.ts'

/** Scores rounded to two decimals, so that many tie; the numbers are those of the library that the file names. */
interface Golden {
  truth: number[]
  predictions: number[][] | number[]
  metrics: Record<string, number>
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'golden.json'), 'utf8')) as Record<TargetTask, Golden>
const classesOf = { binary: ['no', 'yes'], multiclass: ['a', 'b', 'c'], regression: [] }

function predictionsOf(task: TargetTask): Predictions {
  const { truth, predictions } = golden[task]
  const flat = Float32Array.from(predictions.flat())
  return { task, classes: classesOf[task], truth: Float64Array.from(truth), predictions: flat }
}

test.each(targetTasks)('%s: every metric gives what scikit-learn gives', async task => {
  const { metrics } = await evaluate({ ...predictionsOf(task), seed: 1 })
  expect(Object.keys(metrics).sort()).toEqual(Object.keys(golden[task].metrics).sort())
  for (const [id, value] of Object.entries(golden[task].metrics)) expect(metrics[id]!, id).toBeCloseTo(value, 6)
})

test('counts and quantiles have losses of their own, as scikit-learn 1.9.1 gives them', async () => {
  const rows: Predictions = {
    ...{ task: 'regression', classes: [] },
    truth: Float64Array.of(0, 3, 1, 7, 2, 0, 12, 4, 5, 1),
    predictions: Float32Array.of(0.25, 2.5, 1.5, 6, 2, 0.5, 9, 4.75, 3.25, 0.125),
  }
  const of = async (own: Partial<Predictions>) => (await evaluate({ ...rows, ...own, seed: 1 })).metrics
  const usual = await of({})
  expect(usual['poisson-deviance']).toBeCloseTo(0.6187388569842696, 9)
  expect(usual).not.toHaveProperty('pinball')
  expect((await of({ quantile: 0.2 })).pinball).toBeCloseTo(0.3025, 9)
  expect((await of({ quantile: 0.9 })).pinball).toBeCloseTo(0.66125, 9)
  expect(await of({ truth: rows.truth.map(value => value - 1) })).not.toHaveProperty('poisson-deviance')
  expect(await of({ predictions: rows.predictions.map(value => value - 1) })).not.toHaveProperty('poisson-deviance')
})

/** Rows of `count` classes in turn, each twice as likely to be called its own class than another, by random scores. */
function manyClasses(count: number, rows: number): Predictions {
  const random = new Pcg32(5)
  const truth = Float64Array.from({ length: rows }, (_, row) => row % count)
  const scores = Float32Array.from({ length: rows * count }, (_, i) => {
    const isOwn = i % count === truth[Math.floor(i / count)]
    return Math.round((random.nextFloat() + Number(isOwn) / 2) * 20) / 20 / count
  })
  return { task: 'multiclass', classes: Array.from({ length: count }, String), truth, predictions: scores }
}

test('of very many classes the AUC is the mean of one against the rest, and resamples of it spread as those do', () => {
  const [count, size] = [101, 606]
  const rows = new ScoredRows(manyClasses(count, size))
  const many = metricRegistry.get('auc').prepare(rows)
  const alone = Array.from({ length: count }, (_, k) => {
    const predictions = Float32Array.from({ length: 2 * size }, (_, i) =>
      i % 2 ? rows.predictions[Math.floor(i / 2) * count + k]! : 0,
    )
    const truth = rows.truth.map(is => Number(is === k))
    const binary = new ScoredRows({ task: 'binary', classes: ['no', 'yes'], truth, predictions })
    return metricRegistry.get('auc').prepare(binary)
  })
  const byClass = (sample: Sample) => {
    const defined = alone.map(statistic => statistic(sample)).filter(each => each !== null)
    return defined.reduce((sum, each) => sum + each, 0) / defined.length
  }
  const sample = new Sample(rows)
  const whole = byClass(sample)
  expect(many(sample)).toBeCloseTo(whole, 12)
  const random = new Pcg32(7)
  let [apart, far] = [0, 0]
  for (let i = 0; i < 100; i += 1) {
    sample.weights.fill(0)
    for (let draw = 0; draw < size; draw += 1) sample.weights[random.nextBelow(size)]! += 1
    sample.renew()
    const exact = byClass(sample)
    apart += (many(sample)! - exact) ** 2
    far += (exact - whole) ** 2
  }
  expect(Math.sqrt(apart / far)).toBeLessThan(0.15)
})

test('an interval holds its own value where resamples lose classes of few rows, whatever is answered', async () => {
  const rows = manyClasses(200, 600)
  const baseline = Float32Array.from(rows.predictions, (_, i) => (i % 200 === 3 ? 2 : 1) / 201)
  for (const predictions of [rows.predictions, baseline]) {
    const { metrics, intervals } = await evaluate({ ...rows, predictions, seed: 1 })
    for (const [id, value] of Object.entries(metrics)) {
      const [low, high] = intervals[id as keyof typeof intervals]!
      expect(low, id).toBeLessThanOrEqual(value)
      expect(high, id).toBeGreaterThanOrEqual(value)
    }
  }
})

test('the registry and the table of descriptions name the same metrics', () => {
  expect(metricRegistry.entries.map(({ id }) => id).sort()).toEqual(Object.keys(metricTable).sort())
  expect(() => metricRegistry.get('nonsense')).toThrow('There is no metric "nonsense"')
})

test.each(targetTasks)(
  '%s: values and intervals stay within their range, and the seed gives them again',
  async task => {
    const first = await evaluate({ ...predictionsOf(task), seed: 1 })
    const defined = metricsOf(task).filter(({ id }) => id in golden[task].metrics)
    expect(defined.length).toBeGreaterThan(4)
    for (const { id } of defined) {
      const [least, most] = metricTable[id].range
      const [low, high] = first.intervals[id]!
      expect(low).toBeGreaterThanOrEqual(least)
      expect(high).toBeLessThanOrEqual(most)
      expect(low).toBeLessThan(first.metrics[id]!)
      expect(high).toBeGreaterThan(first.metrics[id]!)
    }
    expect(await evaluate({ ...predictionsOf(task), seed: 1 })).toEqual(first)
    expect(await evaluate({ ...predictionsOf(task), seed: 2 })).not.toEqual(first)
  },
)

test('the AUC of many classes with few rows each is that of all their pairs, resampled and with ties', () => {
  const [rows, classes] = [300, 40]
  const random = new Pcg32(5)
  const whole = (below: number) => random.nextBelow(below)
  const truth = Float64Array.from({ length: rows }, () => whole(classes - 1))
  const predictions = Float32Array.from({ length: rows * classes }, () => whole(30) / 100)
  const labels = Array.from({ length: classes }, (_, k) => String(k))
  const scored = new ScoredRows({ task: 'multiclass', classes: labels, truth, predictions })
  const statistic = metricRegistry.get('auc').prepare(scored)
  for (let draw = 0; draw < 5; draw += 1) {
    const weights = Uint16Array.from({ length: rows }, () => whole(4))
    const each: number[] = []
    for (let k = 0; k < classes; k += 1) {
      let [won, pairs] = [0, 0]
      for (let own = 0; own < rows; own += 1) {
        for (let other = 0; truth[own] === k && other < rows; other += 1) {
          if (truth[other] === k) continue
          const [score, theirs] = [predictions[own * classes + k]!, predictions[other * classes + k]!]
          const count = weights[own]! * weights[other]!
          pairs += count
          won += count * (score > theirs ? 1 : score === theirs ? 0.5 : 0)
        }
      }
      if (pairs) each.push(won / pairs)
    }
    const mean = each.reduce((sum, value) => sum + value, 0) / each.length
    expect(statistic(new Sample(scored, weights))).toBeCloseTo(mean, 12)
  }
})

test('what is undefined on the rows is left out, not made up', async () => {
  const { metrics } = await evaluate({
    ...{ task: 'binary', classes: ['no', 'yes'], seed: 1 },
    truth: Float64Array.of(0, 0, 0),
    predictions: Float32Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3),
  })
  expect(metrics.accuracy).toBe(1)
  expect(metrics).not.toHaveProperty('auc')
  expect(metrics).not.toHaveProperty('precision')
})

test('a prediction that is no number is refused, naming the row', async () => {
  const rows: Predictions = {
    task: 'regression',
    classes: [],
    truth: Float64Array.of(1, 2),
    predictions: Float32Array.of(1, Number.NaN),
  }
  await expect(evaluate({ ...rows, seed: 1 })).rejects.toMatchObject({
    code: 'bad-data',
    message: expect.stringContaining('row 2 of 2'),
  })
})
