import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Diagnostics } from '../../shared/model/evaluation.ts'
import type { Examination } from '../../shared/model/examination.ts'
import type { Explanation, RowExplanation } from '../../shared/model/explanation.ts'
import type { LearningCurve } from '../../shared/model/learning-curve.ts'
import type { Comparison, Recalibration, Run } from '../../shared/model/run.ts'
import { samples, TestWorkspace } from '../lathe.ts'

let workspace: TestWorkspace
let run: string
beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells')
  const trained = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'gradient-boosting']
  run = (await workspace.json<Run>(...trained)).run
})
afterAll(() => workspace.close())

test('a run is explained on its test rows, alike each time', async () => {
  const told = await workspace.json<Explanation>('explain', run)
  expect(told).toMatchObject({ run, rows: 113, testRows: 113, loss: 'log-loss', outputs: ['benign', 'malignant'] })
  const { metrics } = await workspace.json<Run>('run', run)
  expect(told.base).toBeCloseTo(metrics['log-loss']!, 6)
  expect(told.importance.flatMap(({ columns }) => columns)).toHaveLength(30)
  // Sizes that follow from each other stand together, and matter beyond noise.
  const [first] = told.importance
  expect(first!.columns).toEqual(expect.arrayContaining(['mean radius', 'mean area', 'worst perimeter']))
  expect(first!.interval[0]).toBeGreaterThan(0)
  const looked = told.importance.slice(0, 8).flatMap(({ columns }) => columns.slice(0, 2))
  expect(told.dependence.map(({ column }) => column)).toEqual(looked)
  for (const { means, values } of told.dependence) {
    expect(means).toHaveLength(2)
    means[0]!.forEach((mean, i) => {
      expect(mean + means[1]![i]!).toBeCloseTo(1, 5)
    })
    expect(values.length).toBeGreaterThan(5)
  }
  for (const { individual, effects, alike, values } of told.dependence) {
    expect(individual.answers[1]).toHaveLength(individual.rows.length)
    for (const own of individual.answers[1]!) expect(own).toHaveLength(values.length)
    expect(effects!.counts.reduce((sum, count) => sum + count, 0)).toBe(113)
    expect(alike!.likeness).toBeGreaterThan(0.2)
  }
  const trees = told.trees!
  expect(trees).toMatchObject({ scale: 'log-odds', outputs: ['malignant'], rows: 113 })
  // What the columns add leads from the base to what the model says, to the precision of its sums in float32.
  expect(trees.largestGap).toBeLessThan(1e-5)
  expect(trees.columns).toHaveLength(30)
  expect(trees.columns.filter(({ contributions }) => contributions.length > 0)).toHaveLength(20)
  const again = await workspace.json<Explanation>('explain', run)
  const alike = (each: Explanation) => ({ ...each, seconds: 0, trees: { ...each.trees, seconds: 0 } })
  expect(alike(again)).toEqual(alike(told))
})

test('for a person it is a table, longest bar first; fewer rows are said', async () => {
  const { stdout } = await workspace.run(['explain', run, '--rows', '60'])
  expect(stdout).toMatch(/^log-loss 0\.\d+ on 57 of 113 test rows as they are; each column shuffled 5 times:/)
  const bars = stdout.split('\n').map(line => (line.match(/█/g) ?? []).length)
  expect(Math.max(...bars)).toBe(24)
  expect(bars.filter(length => length > 0)[0]).toBe(24)
})

test('one row is explained: exactly over trees, else from the typical row', async () => {
  await workspace.json('register', run, '--name', 'cells-trees')
  const row = JSON.stringify({ 'worst perimeter': 184.6, 'worst texture': 17.33, 'mean area': 1001 })
  const told = await workspace.json<RowExplanation>('explain', 'cells-trees', '--row', row)
  expect(told).toMatchObject({ method: 'tree-shap', isExact: true, scale: 'log-odds', outputs: ['malignant'] })
  expect(told.parts).toHaveLength(30)
  const sum = told.parts.reduce((total, { values }) => total + values[0]!, told.base[0]!)
  expect(sum).toBeCloseTo(told.answer[0]!, 5)
  expect(told.probabilities!.malignant).toBeCloseTo(1 / (1 + Math.exp(-sum)), 5)

  const trained = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear']
  await workspace.json('register', (await workspace.json<Run>(...trained)).run, '--name', 'cells-line')
  const line = await workspace.json<RowExplanation>('explain', 'cells-line', '--row', row)
  expect(line).toMatchObject({
    method: 'shapley',
    isExact: false,
    scale: 'probability',
    outputs: ['benign', 'malignant'],
  })
  line.answer.forEach((answer, k) => {
    expect(line.parts.reduce((total, { values }) => total + values[k]!, line.base[k]!)).toBeCloseTo(answer, 6)
  })
  const { stdout } = await workspace.run(['explain', 'cells-line', '--row', row])
  expect(stdout).toMatch(
    /^(benign|malignant) \(probability 0?\.?\d+\): probability of \1 from \S+ to \S+, Shapley values/,
  )
  expect(await workspace.failure('explain', 'cells-line', '--row', '{"size": 1}')).toMatchObject({
    code: 'bad-input',
    message: 'The model cells-line:1 has no column "size"',
  })
})

test('a run is examined: slices, mishaps to columns, single rows and what it memorised', async () => {
  const told = await workspace.json<Examination>('examine', run)
  expect(told).toMatchObject({ run, rows: 113, testRows: 113, loss: 'log-loss', metric: 'auc', fairness: [] })
  const { metrics, rows } = await workspace.json<Run>('run', run)
  expect(told.base).toBeCloseTo(metrics['log-loss']!, 6)
  expect(told.looks).toBeGreaterThan(100)
  for (const { mishap } of told.robustness.mishaps) expect(['missing', 'noise', 'unit']).toContain(mishap)
  expect(told.robustness.noise[0]!.metric).toBeCloseTo(metrics.auc!, 6)
  expect(told.membership!.trainRows).toBe(rows!.train)
  expect(told.worst).toHaveLength(20)
  for (const { nearest } of told.worst) expect(nearest).toHaveLength(3)
  const again = await workspace.json<Examination>('examine', run)
  expect({ ...again, seconds: 0 }).toEqual({ ...told, seconds: 0 })
  const { stdout } = await workspace.run(['examine', run])
  expect(stdout).toMatch(/^Weak slices \(log-loss 0\.\d+ overall; \d+ slices of 113 test rows looked at/)
  expect(await workspace.failure('examine', run, '--group', 'nothing')).toMatchObject({
    code: 'bad-input',
    message: 'There is no column "nothing" to compare groups of',
  })
})

test('of a network, small steps along the gradient are told to hurt more than random ones', async () => {
  const trained = ['train', 'cells', '--target', 'diagnosis', '--algorithm', 'neural-network', '--device', 'cpu']
  const network = (await workspace.json<Run>(...trained)).run
  const { adversarial, metric } = await workspace.json<Examination>('examine', network)
  const { metrics } = await workspace.json<Run>('run', network)
  expect(metric).toBe('auc')
  expect(adversarial!.rows).toBe(113)
  const [none, ...pushed] = adversarial!.points
  for (const way of ['random', 'oneStep', 'steps'] as const) expect(none![way]).toBeCloseTo(metrics.auc!, 6)
  expect(pushed.at(-1)!.oneStep).toBeLessThan(pushed.at(-1)!.random! - 0.1)
  for (const { oneStep, steps } of pushed) expect(steps).toBeLessThanOrEqual(oneStep! + 0.02)
  expect((await workspace.json<Examination>('examine', run)).adversarial).toBeNull()
  const { stdout } = await workspace.run(['examine', network])
  expect(stdout).toContain('All numbers moved along the gradient of the loss (113 rows):')
})

test('a run is diagnosed: curves with their areas, calibration, gain and confusion', async () => {
  const told = await workspace.json<Diagnostics>('diagnose', run)
  const { metrics } = await workspace.json<Run>('run', run)
  expect(told.oneAgainstRest!.roc!.area).toBeCloseTo(metrics.auc!, 9)
  expect(told.oneAgainstRest!.gain!.captured.at(-1)).toBe(1)
  const { stdout } = await workspace.run(['diagnose', run, '--class', 'benign'])
  expect(stdout).toMatch(/^113 test rows\n\nbenign against the rest: area under the ROC curve 0\.\d+/)
  expect(stdout).toContain('Gain, highest scores first:')
  expect(await workspace.failure('diagnose', run, '--class', 'none')).toMatchObject({ code: 'bad-input' })
})

test('a run is recalibrated into another, held row by row and compared on the same test rows', async () => {
  const told = await workspace.json<Recalibration>('recalibrate', run, '--method', 'isotonic')
  const before = await workspace.json<Run>('run', run)
  expect(told).toMatchObject({ baseline: run, method: 'isotonic', validationRows: before.rows!.validation })
  expect(told.run).toMatchObject({
    ...{ status: 'done', recalibration: 'isotonic', from: { run }, testRowsDigest: before.testRowsDigest },
    ...{ algorithm: before.algorithm, parameters: before.parameters },
  })
  expect(told.run.bundleDigest).not.toBe(before.bundleDigest)
  expect(told.run.warnings.join()).toContain('a sigmoid is usually better')
  const loss = told.differences.find(({ metric }) => metric === 'log-loss')!
  expect(loss.difference).toBeCloseTo(told.run.metrics['log-loss']! - before.metrics['log-loss']!, 6)
  const compared = await workspace.json<Comparison>('compare', run, told.run.run)
  expect(compared.settings).toEqual({ recalibration: [null, 'isotonic'] })

  // The one graph goes where models go, the trees in it are still told, and what repeats it is recalibrated as well.
  await workspace.json('register', told.run.run, '--name', 'cells-right')
  await workspace.json(
    'predict',
    'cells-right',
    join(samples, 'breast-cancer.csv'),
    '--out',
    join(workspace.folder, 'p.csv'),
  )
  expect((await workspace.json<Explanation>('explain', told.run.run)).trees!.scale).toBe('log-odds')
  const again = await workspace.json<Run>('retrain', told.run.run)
  expect(again.recalibration).toBe('isotonic')

  expect(await workspace.failure('recalibrate', told.run.run)).toMatchObject({
    code: 'conflict',
    mend: `Recalibrate ${run}, which it was made of.`,
  })
  const { stdout } = await workspace.run(['recalibrate', run])
  expect(stdout).toMatch(/^run-\S+ is run-\S+ recalibrated \(sigmoid, fitted on 11\d validation rows\)/)
})

test('a learning curve ends with the score of the run itself, and says whether more rows would help', async () => {
  const told = await workspace.json<LearningCurve>('learning-curve', run)
  const { metrics, rows } = await workspace.json<Run>('run', run)
  expect(told.points.map(point => point.rows)).toEqual([43, 86, 172, rows!.train])
  expect(told.points.map(({ draws }) => draws.length)).toEqual([3, 3, 3, 1])
  expect(told.points.at(-1)!.mean).toBeCloseTo(metrics.auc!, 9)
  for (const { mean, interval, learned } of told.points) {
    expect(interval[0]).toBeLessThanOrEqual(mean)
    expect(interval[1]).toBeGreaterThanOrEqual(mean)
    expect(learned).toBeGreaterThan(0.97)
  }
  const baseline = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'baseline')
  const { stdout } = await workspace.run(['learning-curve', baseline.run])
  expect(stdout).toMatch(
    /From 172 to 343 training rows the auc .* that is within noise, so more rows alone would hardly help/,
  )
})

test('a run that is not there is named', async () => {
  expect(await workspace.failure('explain', 'run-nothing')).toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('run-nothing'),
  })
})
