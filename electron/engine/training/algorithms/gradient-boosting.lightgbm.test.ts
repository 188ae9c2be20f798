import { expect, test } from 'vitest'
import type { Parameters } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import type { TrainingData } from '../algorithm.ts'
import { quietContext, readGolden, readSample } from '../fixtures.ts'
import { gradientBoosting } from './gradient-boosting.ts'

/**
 * Answers of LightGBM, or of scikit-learn's HistGradientBoosting where the name says so (versions and rows in the file), with the same settings
 * and every value in a bin of its own. Where gradients take few values splits soon tie, and only the first rounds are held.
 */
const golden = readGolden<keyof typeof samples>('gradient-boosting.lightgbm.json')
const samples = {
  'breast-cancer': () => readSample('breast-cancer.csv', 'binary', ['benign', 'malignant'], 360),
  digits: () => readSample('digits.csv', 'multiclass', Array.from('0123456789'), 600),
  diabetes: () => readSample('diabetes.csv', 'regression', []),
}
const parameters = {
  ...{ rounds: 10, leaves: 8, 'learning-rate': 0.3, bins: 255, 'min-rows': 12, l2: 1.5 },
  ...{ subsample: 1, columns: 1, 'early-stopping': 0 },
}

test.each(golden)('%s answers as its twin', async (_name, each) => {
  const training = samples[each.data]()
  // Validated on its own training rows, so that every round is the best yet.
  const data = { ...training, validation: training.train }
  const fitted = await gradientBoosting.fit(data, { ...parameters, ...each.parameters }, quietContext)
  const own = await fitted.predict(training.train.subarray(0, 10))
  const expected = each.predictions.flat()
  expect(own.length % expected.length).toBe(0)
  const step = own.length / expected.length
  const scale = data.classes.length ? 1 : 100
  const differences = expected.map((value, i) => Math.abs(value - own[i * step + step - 1]!) / scale)
  expect(Math.max(...differences)).toBeLessThan(1e-3)
})

const monotone = 'x=increasing, "y, in m"=decreasing'

/** A target that rises with x and falls with y only on the whole: waves and noise go against it. */
function wavy(rows: number, task: 'regression' | 'binary'): TrainingData {
  const random = new Pcg32(11, 1)
  const draw = () => Float64Array.from({ length: rows }, () => Math.fround(random.nextFloat() * 6))
  const [x, y, z] = [draw(), draw(), draw()]
  const codes = Int32Array.from(z, value => Math.floor(value * 3))
  const values = x.map((value, row) => {
    const wave = 2 * Math.sin(3 * value) + 2 * Math.cos(4 * y[row]!)
    return Math.max(0, 6 + value - y[row]! + wave + (codes[row]! % 3) + random.nextGaussian())
  })
  for (let row = 0; row < rows; row += 9) z[row] = Number.NaN
  const all = Int32Array.from(values.keys())
  return {
    table: {
      rows,
      columns: [
        { name: 'x', type: 'number', kind: 'numeric', values: x },
        { name: 'y, in m', type: 'number', kind: 'numeric', values: y },
        { name: 'z', type: 'number', kind: 'numeric', values: z },
        { name: 'place', type: 'text', kind: 'text', codes, dictionary: Array.from('abcdefghijklmnopqrst') },
      ],
    },
    features: ['x', 'y, in m', 'z', 'place'],
    task,
    classes: task === 'binary' ? ['no', 'yes'] : [],
    target: task === 'binary' ? values.map(value => Number(value > 7)) : values,
    train: all.filter(row => row % 4 > 0),
    validation: all.filter(row => row % 4 === 0),
  }
}

/** How often answers fall from row to row, by more than the rounding of a sum, where `column` climbs and all else stays. */
async function falls(data: TrainingData, column: number, own: Parameters): Promise<number> {
  const fitted = await gradientBoosting.fit(data, { ...parameters, rounds: 40, leaves: 31, ...own }, quietContext)
  const [rows, steps] = [20, 100]
  let count = 0
  for (let row = 0; row < rows; row += 1) {
    // The first rows of the table are written over: what was learned stays as it is.
    const kept = data.table.columns.map(each => (each.kind === 'numeric' ? each.values : each.codes).slice(0, steps))
    data.table.columns.forEach((each, k) => {
      const cells = each.kind === 'numeric' ? each.values : each.codes
      const value = cells[1000 + row]!
      for (let step = 0; step < steps; step += 1) cells[step] = k === column ? (step / steps) * 6 : value
    })
    const answers = await fitted.predict(Int32Array.from({ length: steps }, (_, step) => step))
    data.table.columns.forEach((each, k) => {
      ;(each.kind === 'numeric' ? each.values : each.codes).set(kept[k]!)
    })
    const width = answers.length / steps
    for (let step = 1; step < steps; step += 1) {
      const [before, after] = [answers[step * width - 1]!, answers[(step + 1) * width - 1]!]
      count += Number(after < before - 1e-6 * Math.max(1, Math.abs(before)))
    }
  }
  return count
}

test.each([
  ['regression', 'usual'],
  ['regression', 'poisson'],
  ['binary', 'usual'],
] as const)(
  '%s, objective %s: answers only rise with one column and only fall with another',
  async (task, objective) => {
    const data = wavy(4000, task)
    expect(await falls(data, 0, { objective, monotone })).toBe(0)
    const [, y] = data.table.columns
    const last = await falls(data, 0, { objective })
    expect(last).toBeGreaterThan(20)
    // Turned about, the other column may only rise.
    if (y?.kind === 'numeric') y.values.set(y.values.map(value => 6 - value))
    expect(await falls(data, 1, { objective, monotone: monotone.replace('decreasing', 'increasing') })).toBe(0)
  },
)

test.each([
  ['quantile', 0.9],
  ['quantile', 0.2],
  ['poisson', 0.5],
] as const)('the objective %s (alpha %d) is learned, and the graph answers the same', async (objective, alpha) => {
  const data = wavy(4000, 'regression')
  const losses: number[] = []
  const own = { ...parameters, rounds: 60, 'learning-rate': 0.1, objective, alpha }
  const metric = (key: string, _step: number, value: number) => {
    if (key === 'validation-loss') losses.push(value)
  }
  const fitted = await gradientBoosting.fit(data, own, { ...quietContext, metric })
  const answers = await fitted.predict(data.validation)
  const truth = Float64Array.from(data.validation, row => data.target[row]!)
  const below = truth.filter((value, i) => value <= answers[i]!).length / truth.length
  if (objective === 'quantile') expect(Math.abs(below - alpha)).toBeLessThan(0.06)
  const deviance = (y: number, m: number) => 2 * ((y > 0 ? y * Math.log(y / m) : 0) - y + m)
  const pinball = (y: number, q: number) => (y > q ? alpha * (y - q) : (1 - alpha) * (q - y))
  const loss = objective === 'poisson' ? deviance : pinball
  const mean = truth.reduce((sum, y, i) => sum + loss(y, answers[i]!) / truth.length, 0)
  expect(mean).toBeCloseTo(Math.min(...losses), 4)

  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 3])
  graph.input('text', 'string', ['N', 1])
  const numeric = new Map(['x', 'y, in m', 'z'].map((name, slot) => [name, slot]))
  const output = fitted.toGraph(graph, { numbers: 'numeric', numeric, text: new Map([['place', 0]]) })
  graph.output(output, 'float32', ['N', 1])
  const session = await openSession(graph.build())
  const { Tensor } = await loadOnnxRuntime()
  const rows = data.validation.length
  const [x, y, z, place] = data.table.columns
  if (x?.kind !== 'numeric' || y?.kind !== 'numeric' || z?.kind !== 'numeric' || place?.kind !== 'text') return
  const matrix = new Float32Array(rows * 3)
  data.validation.forEach((row, i) => {
    matrix.set([x.values[row]!, y.values[row]!, z.values[row]!], 3 * i)
  })
  const told = await session.run({
    numeric: new Tensor('float32', matrix, [rows, 3]),
    text: new Tensor(
      'string',
      Array.from(data.validation, row => place.dictionary[place.codes[row]!]!),
      [rows, 1],
    ),
  })
  const outside = told[output]!.data as Float32Array
  expect(Math.max(...outside.map((value, i) => Math.abs(value - answers[i]!) / Math.max(1, value)))).toBeLessThan(1e-4)
  await session.release()
})

test.each([
  ['regression', { monotone: 'w=increasing' }, /"w", and there is no such column.*/, /x, y, in m, z/],
  ['regression', { monotone: 'x=up' }, /cannot be read from "x=up"/, /income=increasing/],
  ['regression', { monotone: 'x=increasing, x=decreasing' }, /both increasing and decreasing/, /income/],
  ['regression', { monotone: 'place=increasing' }, /"place", which holds texts/, /numbers/],
  ['regression', { monotone: 'x=increasing', objective: 'quantile' }, /quantile cannot be held monotone/, /poisson/],
  ['binary', { objective: 'poisson' }, /poisson learns numbers/, /--task regression/],
] as const)('%s with %o is refused with its mend', async (task, own, message, mend) => {
  const fit = gradientBoosting.fit(wavy(400, task), { ...parameters, ...own }, quietContext)
  await expect(fit).rejects.toMatchObject({
    ...{ code: 'bad-input', message: expect.stringMatching(message), mend: expect.stringMatching(mend) },
  })
})

test('a count below 0 is refused, naming its row', async () => {
  const data = wavy(400, 'regression')
  data.target[16] = -2
  const fit = gradientBoosting.fit(data, { ...parameters, objective: 'poisson' }, quietContext)
  await expect(fit).rejects.toMatchObject({ code: 'bad-data', message: expect.stringContaining('-2 in row 17') })
})
