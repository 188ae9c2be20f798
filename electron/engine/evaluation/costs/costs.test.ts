import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { NumberCosts } from '../../../../shared/model/costs.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { costOfError, ShiftSearch } from './best-shift.ts'
import { cheapestClasses, cheapestConstant, fitThreshold } from './class-decisions.ts'
import { type CostsInput, reportCosts } from './report-costs.ts'

/**
 * Computed by scikit-learn 1.9.1 and numpy 2.4.6: decisions (P @ C).argmin(axis=1), their costs by confusion_matrix; shifts by
 * numpy.quantile(method='averaged_inverted_cdf') and their costs by mean_pinball_loss; least costs over every bend and step.
 */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'costs.golden.json'), 'utf8')) as {
  classes: {
    matrix: number[][]
    validation: Rows
    test: Rows
    cheapest: number[]
    constant: number
    cost: Record<string, number>
    difference: number
    differenceError: number
  }
  numbers: {
    validation: Rows
    test: Rows
    cases: (Omit<NumberCosts, 'kind'> & {
      shift?: number
      constant?: number
      cost?: Record<string, number>
      leastOnValidation: number
    })[]
  }
}
interface Rows {
  truth: number[]
  predictions: number[]
}
const answers = ({ truth, predictions }: Rows) => ({
  truth: Float64Array.from(truth),
  predictions: Float32Array.from(predictions),
})
const ask = (costs: CostsInput['costs'], rows: { validation: Rows; test: Rows }, rest: Partial<CostsInput> = {}) =>
  reportCosts({
    ...{ costs, classes: [], validation: answers(rows.validation), test: answers(rows.test), isRefit: false, seed: 3 },
    ...rest,
  })
const ones = (count: number) => new Uint8Array(count).fill(1)

test('of several classes, decisions, costs and their difference are those of scikit-learn', async () => {
  const { matrix, validation, cheapest, constant, cost, difference, differenceError, test: rows } = golden.classes
  expect(Array.from(cheapestClasses(Float32Array.from(rows.predictions), matrix))).toEqual(cheapest)
  expect(cheapestConstant(validation.truth, matrix)).toBe(constant)
  const classes = ['a', 'b', 'c', 'd']
  const told = await ask({ kind: 'classes', matrix }, golden.classes, { classes })
  expect(told.answers.map(({ answer }) => answer)).toEqual(['as-it-is', 'cheapest', 'constant'])
  for (const each of told.answers) expect(each.cost).toBeCloseTo(cost[each.answer]!, 9)
  const [asItIs, best, always] = told.answers
  expect(asItIs!.againstAsItIs).toBeNull()
  expect(always).toMatchObject({ set: classes[constant], againstConstant: null })
  expect(best!.againstAsItIs!.difference).toBeCloseTo(difference, 9)
  const [low, high] = best!.againstAsItIs!.interval
  expect((high - low) / (2 * 1.96 * differenceError)).toBeCloseTo(1, 1)
  expect(best!.againstConstant!.difference).toBeCloseTo(cost.cheapest! - cost.constant!, 9)
  expect(await ask({ kind: 'classes', matrix }, golden.classes, { classes })).toEqual(told)
})

test('the constant is chosen on validation rows alone', async () => {
  const { matrix, validation, test: rows } = golden.classes
  const swapped = { validation, test: { ...rows, truth: rows.truth.map(() => 2) } }
  const told = await ask({ kind: 'classes', matrix }, swapped, { classes: ['a', 'b', 'c', 'd'] })
  expect(told.answers.at(-1)!.set).toBe(['a', 'b', 'c', 'd'][golden.classes.constant])
})

test.each(golden.numbers.cases)('of numbers, the best shift for $over, $under, $tolerance, $beyond', async each => {
  const { shift, constant, cost, leastOnValidation, ...prices } = each
  const { truth, predictions } = answers(golden.numbers.validation)
  const residuals = truth.map((value, row) => value - predictions[row]!)
  const found = new ShiftSearch(residuals, prices).find(ones(residuals.length))
  const mean = residuals.reduce((sum, value) => sum + costOfError(found - value, prices), 0) / residuals.length
  expect(mean).toBeCloseTo(leastOnValidation, 9)
  const told = await ask({ kind: 'numbers', ...prices }, golden.numbers)
  expect(told.answers.map(({ answer }) => answer)).toEqual(['as-it-is', 'shifted', 'constant'])
  const [, shifted, always] = told.answers
  for (const { set, setInterval } of [shifted!, always!]) {
    expect(setInterval![0]).toBeLessThanOrEqual(set as number)
    expect(setInterval![1]).toBeGreaterThanOrEqual(set as number)
  }
  if (!cost) return
  expect(shifted!.set).toBeCloseTo(shift!, 9)
  expect(always!.set).toBeCloseTo(constant!, 9)
  for (const way of told.answers) expect(way.cost).toBeCloseTo(cost[way.answer]!, 9)
})

test('rows that count several times move the shift as if they were there several times', () => {
  const prices = { over: 1, under: 3, tolerance: 2, beyond: 4 }
  const random = new Pcg32(5)
  const residuals = Float64Array.from({ length: 40 }, () => Math.round(100 * random.nextFloat()) / 10)
  const weights = Uint16Array.from({ length: 40 }, (_, i) => i % 3)
  const repeated = Float64Array.from(Array.from(residuals).flatMap((value, i) => new Array<number>(i % 3).fill(value)))
  const once = new ShiftSearch(residuals, prices).find(weights)
  expect(once).toBeCloseTo(new ShiftSearch(repeated, prices).find(ones(repeated.length)), 9)
})

test('numbers of any size lose nothing of their shift', () => {
  const prices = { over: 1, under: 1, tolerance: 0, beyond: 0 }
  const find = (offset: number) =>
    new ShiftSearch(
      Float64Array.of(1, 2, 4, 5).map(v => v + offset),
      prices,
    ).find(ones(4))
  expect([find(0), find(1e9), find(-1e9)]).toEqual([3, 1e9 + 3, 3 - 1e9])
  expect(new ShiftSearch(Float64Array.of(7), prices).find(ones(1))).toBe(7)
})

test('of two classes, the threshold is found on validation rows and follows from the costs', async () => {
  // Calibrated: of rows with score s a share of s is of the second class; the best threshold is 9 / (1 + 9) (Elkan 2001).
  const random = new Pcg32(11)
  const draw = (count: number): Rows => {
    const scores = Array.from({ length: count }, () => random.nextFloat())
    return {
      truth: scores.map(score => Number(random.nextFloat() < score)),
      predictions: scores.flatMap(score => [1 - score, score]),
    }
  }
  const rows = { validation: draw(20_000), test: draw(20_000) }
  const matrix = [
    [0, 9],
    [1, 0],
  ]
  const told = await ask({ kind: 'classes', matrix }, rows, { classes: ['no', 'yes'] })
  const [asItIs, cheapest, threshold, constant] = told.answers
  expect(threshold!.answer).toBe('threshold')
  expect(Math.abs((threshold!.set as number) - 0.9)).toBeLessThan(0.04)
  for (const way of [cheapest!, threshold!]) expect(way.againstAsItIs!.verdict).toBe('better')
  expect(constant).toMatchObject({ set: 'no', againstAsItIs: { verdict: 'better' } })
  expect(asItIs!.againstConstant!.verdict).toBe('worse')
  expect(told.warnings).toEqual([])
  // What a right answer costs as well moves nothing.
  const moved = matrix.map(row => row.map(cost => cost + 2))
  const { truth, predictions } = answers(rows.validation)
  const thresholdOf = (costs: number[][]) =>
    fitThreshold({ truth, predictions, classCount: 2 }, costs, () => 0.5).threshold
  expect(thresholdOf(moved)).toBe(thresholdOf(matrix))
})

test('a model that learned from its validation rows gets no threshold and no shift, which is said', async () => {
  const refit = { isRefit: true }
  const told = await ask({ kind: 'numbers', over: 1, under: 9, tolerance: 0, beyond: 0 }, golden.numbers, refit)
  expect(told.answers.map(({ answer }) => answer)).toEqual(['as-it-is', 'constant'])
  expect(told.warnings.join()).toContain('train it without --refit')
})

test('a cost that a few rows bear is said to be rough', async () => {
  const rows = { truth: new Array<number>(100).fill(0), predictions: new Array<number>(100).fill(0) }
  rows.predictions[3] = 80
  const prices = { kind: 'numbers', over: 1, under: 1, tolerance: 0, beyond: 0 } as const
  const told = await ask(prices, { validation: rows, test: rows })
  expect(told.warnings.join()).toContain('fewer than 5 test rows')
})
