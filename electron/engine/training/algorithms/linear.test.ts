import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { quietContext, readSample } from '../fixtures.ts'
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
const diabetes = () => readSample('diabetes.csv', 'regression', [])
const cancer = () => readSample('breast-cancer.csv', 'binary', ['benign', 'malignant'])
const digits = () => readSample('digits.csv', 'multiclass', Array.from('0123456789'), 600)

test.each([
  ['ridge', diabetes, 1e-6],
  ['lasso', diabetes, 1e-6],
  ['elastic', diabetes, 1e-6],
  ['logistic', cancer, 1e-4],
  ['logistic-balanced', cancer, 1e-4],
  ['logistic-l1', cancer, 1e-3],
  ['softmax', digits, 1e-4],
] as const)('%s gives what scikit-learn gives', async (name, data, tolerance) => {
  const { l2, l1, predictions } = golden[name]!
  const fitted = await linear.fit(
    data(),
    { l2, l1, 'class-weights': name.endsWith('balanced') ? 'balanced' : 'none' },
    quietContext,
  )
  const own = await fitted.predict(Int32Array.from({ length: 10 }, (_, row) => row))
  expect(fitted.warnings).toEqual([])
  const expected = predictions.flat()
  expect(own.length).toBe(expected.length)
  own.forEach((value, i) => {
    expect(Math.abs(value - expected[i]!)).toBeLessThan(tolerance * Math.max(1, Math.abs(expected[i]!)))
  })
})
