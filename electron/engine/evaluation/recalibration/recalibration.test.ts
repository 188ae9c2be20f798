import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { AppError } from '../../../../shared/errors.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { extendOutput, GraphBuilder, loadOnnxRuntime, openSession } from '../../runtime/index.ts'
import { measure } from '../evaluate.ts'
import { recalibrators } from './index.ts'
import { curveOf, isotonicSteps, lessSteep } from './isotonic.ts'
import { logOdds } from './one-against-rest.ts'
import { recalibrate } from './recalibrate.ts'
import { fitSigmoid } from './sigmoid.ts'
import { fitSharpness, temperature } from './temperature.ts'

/** Computed by scikit-learn 1.9.1: IsotonicRegression and _SigmoidCalibration on log-odds that tie, _TemperatureScaling on logarithms of probabilities. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'recalibration.golden.json'), 'utf8')) as {
  binary: {
    probabilities: number[]
    truth: number[]
    isotonic: { x: number[]; y: number[]; at: number[]; values: number[] }
    sigmoid: { a: number; b: number }
  }
  three: { probabilities: number[][]; truth: number[]; beta: number; first: number[][] }
}
const { binary, three } = golden
const twoColumns = Float32Array.from(binary.probabilities.flatMap(value => [1 - value, value]))
const scores = logOdds({ predictions: twoColumns, classCount: 2 }, 1)

function areClose(actual: ArrayLike<number>, expected: readonly number[], digits: number): void {
  expect(actual).toHaveLength(expected.length)
  for (const [i, value] of expected.entries()) expect(actual[i], `at ${i}`).toBeCloseTo(value, digits)
}

test('isotonic steps and what lies between them are those of scikit-learn', () => {
  const steps = isotonicSteps(scores, binary.truth)
  areClose(steps.x, binary.isotonic.x, 6)
  areClose(steps.y, binary.isotonic.y, 12)
  areClose(binary.isotonic.at.map(curveOf(steps).at), binary.isotonic.values, 5)
})

test("Platt's sigmoid is scikit-learn's", () => {
  const { a, b } = fitSigmoid(scores, binary.truth)
  areClose([a, b], [binary.sigmoid.a, binary.sigmoid.b], 5)
})

test("the temperature is scikit-learn's, and so are the answers", () => {
  const rows = {
    truth: three.truth,
    predictions: Float32Array.from(three.probabilities.flat()),
    classCount: 3,
  }
  expect(fitSharpness(rows)).toBeCloseTo(three.beta, 5)
  areClose(temperature.fit(rows).answer(rows.predictions.subarray(0, 9)), three.first.flat(), 5)
})

test('steep steps become wider about their middle, and others stay', () => {
  const x = Float64Array.of(-2, -1, -1 + 1e-6, 3)
  const y = Float64Array.of(0, 0.1, 0.6, 0.7)
  const wide = lessSteep({ x, y }, 10)
  areClose(wide.x, [-2, -1.025, -0.975, 3], 5)
  expect(curveOf(wide).at(-1)).toBeCloseTo(0.35, 4)
  const gentle = { x: Float64Array.of(0, 1, 2), y: Float64Array.of(0, 0.5, 0.5) }
  expect(lessSteep(gentle, 10)).toEqual(gentle)
})

/** Answers that are too sure, with certain ones among them, and the truth. */
function surerThanTrue(rows: number, classCount: number) {
  const random = new Pcg32(5)
  const predictions = new Float32Array(rows * classCount)
  const truth = new Float64Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const raw = Array.from({ length: classCount }, () => random.nextGaussian())
    const share = (sharpness: number) => {
      const powers = raw.map(value => Math.exp(sharpness * value))
      return powers.map(value => value / powers.reduce((sum, each) => sum + each, 0))
    }
    predictions.set(row % 50 === 0 ? raw.map((_, k) => Number(k === 0)) : share(3), row * classCount)
    const drawn = random.nextFloat()
    let [label, sum] = [0, share(1)[0]!]
    while (sum < drawn && label < classCount - 1) sum += share(1)[++label]!
    truth[row] = label
  }
  return { predictions, truth }
}

/** A model whose output `probabilities` is its input. */
function identity(classCount: number): Uint8Array {
  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', classCount])
  graph.node('Identity', ['numeric'], {}, 'probabilities')
  graph.output('probabilities', 'float32', ['N', classCount])
  return graph.build()
}

const cases = recalibrators.entries.flatMap(recalibrator => [2, 4].map(count => ({ recalibrator, count })))

test.each(cases)(
  '$recalibrator.id of $count classes: closer to the truth, and the graph says the same',
  async ({ recalibrator, count }) => {
    const { predictions, truth } = surerThanTrue(600, count)
    const fitted = recalibrator.fit({ truth, predictions, classCount: count })
    const answers = fitted.answer(predictions)
    const classes = Array.from({ length: count }, (_, k) => String(k))
    const task = count === 2 ? 'binary' : 'multiclass'
    const lossOf = (of: Float32Array) => measure('log-loss', { task, classes, truth, predictions: of })!
    expect(lossOf(answers)).toBeLessThan(lossOf(predictions))
    for (let row = 0; row < truth.length; row += 1) {
      const own = answers.subarray(row * count, (row + 1) * count)
      expect(own.reduce((sum, value) => sum + value, 0)).toBeCloseTo(1, 5)
    }

    const model = extendOutput(identity(count), 'probabilities', (graph, before) => fitted.toGraph(graph, before))
    const { Tensor } = await loadOnnxRuntime()
    const session = await openSession(model, { threads: 1 })
    expect(session.outputNames).toEqual(['probabilities'])
    const told = await session.run({ numeric: new Tensor('float32', predictions, [truth.length, count]) })
    areClose(told.probabilities!.data as Float32Array, [...answers], 5)
    await session.release()
  },
)

test('a constant model, and one that is always right, get an answer', () => {
  const truth = Float64Array.from({ length: 20 }, (_, row) => row % 2)
  for (const certain of [0.3, 0, 1]) {
    const predictions = Float32Array.from({ length: 40 }, (_, i) => (i % 2 ? certain : 1 - certain))
    for (const recalibrator of recalibrators.entries) {
      const answers = recalibrator.fit({ truth, predictions, classCount: 2 }).answer(predictions)
      expect(answers.every(value => value >= 0 && value <= 1)).toBe(true)
    }
  }
})

test('validation rows are measured by answers that were not fitted to them', () => {
  const { predictions, truth } = surerThanTrue(600, 2)
  const input = { model: identity(2), output: 'probabilities', truth, validation: predictions, test: predictions }
  const { validation, crossFitted, test: tested, warnings } = recalibrate('isotonic', { ...input, classCount: 2 })
  expect(tested).toEqual(validation)
  const lossOf = (of: Float32Array) =>
    measure('brier', { task: 'binary', classes: ['a', 'b'], truth, predictions: of })!
  expect(lossOf(crossFitted)).toBeGreaterThan(lossOf(validation))
  expect(lossOf(crossFitted)).toBeLessThan(lossOf(predictions))
  expect(warnings.join()).toContain('600 validation rows')
})

test('a class without validation rows is refused', () => {
  const input = { model: identity(2), output: 'probabilities', classCount: 2, test: new Float32Array() }
  const refused = () =>
    recalibrate('sigmoid', { ...input, truth: Float64Array.of(0, 0), validation: Float32Array.of(1, 0, 1, 0) })
  expect(refused).toThrow(AppError)
  expect(refused).toThrow('no validation row has')
})
