import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Task } from '../../../../shared/model/run.ts'
import type { TrainContext, TrainingData } from '../algorithm.ts'
import { linear } from './linear.ts'

/**
 * scikit-learn's answers (version in the file) on the shipped samples: StandardScaler and then Ridge(alpha=l2), Lasso and ElasticNet with
 * alpha · l1_ratio · rows = l1, LogisticRegression with C = 1 / l2 or 1 / l1.
 */
interface Golden {
  l2: number
  l1: number
  /** Of the first ten rows: values, or probabilities a class. */
  predictions: (number | number[])[]
}
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'linear.golden.json'), 'utf8')) as Record<
  string,
  Golden
>
const context: TrainContext = {
  device: 'cpu',
  seed: 1,
  threads: 1,
  signal: new AbortController().signal,
  temporaryFolder: tmpdir(),
  progress() {},
  log() {},
  metric() {},
}

function sample(file: string, task: Task, classes: string[], most = Number.POSITIVE_INFINITY): TrainingData {
  const text = readFileSync(join(import.meta.dirname, '../../../../resources/samples', file), 'utf8')
  const [header, ...lines] = text
    .trim()
    .split('\n')
    .slice(0, most + 1)
    .map(line => line.split(','))
  const features = header!.slice(0, -1)
  const all = Int32Array.from(lines.keys())
  return {
    table: {
      rows: lines.length,
      columns: features.map((name, i) => ({
        ...{ name, type: 'number', kind: 'numeric' },
        values: Float64Array.from(lines, line => Math.fround(Number(line[i]))),
      })),
    },
    features,
    task,
    classes,
    target: Float64Array.from(lines, line => (classes.length ? classes.indexOf(line.at(-1)!) : Number(line.at(-1)))),
    train: all.filter(row => row % 3 < 2),
    validation: all.filter(row => row % 3 === 2),
  }
}

const diabetes = () => sample('diabetes.csv', 'regression', [])
const cancer = () => sample('breast-cancer.csv', 'binary', ['benign', 'malignant'])
const digits = () => sample('digits.csv', 'multiclass', Array.from('0123456789'), 600)

test.each([
  ['ridge', diabetes, 0.01],
  ['lasso', diabetes, 0.01],
  ['elastic', diabetes, 0.01],
  ['logistic', cancer, 1e-4],
  ['logistic-l1', cancer, 1e-3],
  ['softmax', digits, 1e-4],
] as const)('%s gives what scikit-learn gives', async (name, data, tolerance) => {
  const { l2, l1, predictions } = golden[name]!
  const fitted = await linear.fit(data(), { l2, l1 }, context)
  const own = await fitted.predict(Int32Array.from({ length: 10 }, (_, row) => row))
  expect(fitted.warnings).toEqual([])
  const expected = predictions.flat()
  expect(own.length).toBe(expected.length)
  own.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance)
  })
})
