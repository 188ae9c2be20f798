import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { isWithoutTarget, targetTasks } from '../../../shared/model/run.ts'
import { createTableWriter, readTable } from '../datasets/index.ts'
import { Checkpoint, type JobContext, PausedError } from '../jobs/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import { openPredictor, readBundle } from '../runtime/index.ts'
import { algorithms } from './algorithms/index.ts'
import { checkParameters } from './parameters.ts'
import { type TrainSpec, trainModel } from './train-model.ts'

const rows = 400
const random = new Pcg32(11)
const colours = ['blue', 'green "1"', 'red 🔴']
let folder: string
let count = 0

/** Numbers with gaps, a large whole number, dates, booleans and texts; three targets that depend on them. */
function makeTable(): Table {
  const height = Float64Array.from({ length: rows }, (_, row) => (row % 13 === 0 ? Number.NaN : random.nextGaussian()))
  const account = Float64Array.from({ length: rows }, () => 9_007_199_000_000 + random.nextBelow(1000))
  const since = Float64Array.from({ length: rows }, () => Date.UTC(2020, 0, 1 + random.nextBelow(900)))
  const isNew = Float64Array.from({ length: rows }, () => random.nextBelow(2))
  const colour = Int32Array.from({ length: rows }, (_, row) => (row % 17 === 0 ? -1 : random.nextBelow(3)))
  const score = Float64Array.from(
    height,
    (value, row) =>
      (Number.isNaN(value) ? 1 : value) +
      (colour[row] === 2 ? 1.5 : 0) +
      isNew[row]! +
      (account[row]! - 9_007_199_000_500) / 500,
  )
  return {
    rows,
    columns: [
      { name: 'height', type: 'number', kind: 'numeric', values: height },
      { name: 'account', type: 'integer', kind: 'numeric', values: account },
      { name: 'since', type: 'date', kind: 'numeric', values: since },
      { name: 'is new', type: 'boolean', kind: 'numeric', values: isNew },
      { name: 'colour', type: 'text', kind: 'text', codes: colour, dictionary: colours },
      { name: 'constant', type: 'number', kind: 'numeric', values: new Float64Array(rows).fill(3) },
      { name: 'value', type: 'number', kind: 'numeric', values: score.map(each => 10 * each + 0.5) },
      {
        name: 'high',
        type: 'text',
        kind: 'text',
        codes: Int32Array.from(score, each => Number(each > 0.6)),
        dictionary: ['no', 'yes'],
      },
      {
        name: 'level',
        type: 'integer',
        kind: 'numeric',
        values: score.map(each => (each > 1.5 ? 2 : each > 0 ? 1 : 0)),
      },
    ],
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-train-'))
  const table = makeTable()
  const writer = await createTableWriter(join(folder, 'data.parquet'), table.columns)
  await writer.append(table)
  await writer.close()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function train(
  algorithm: string,
  target: string | null,
  change: Partial<TrainSpec> = {},
  more: Partial<JobContext> = {},
) {
  const out = join(folder, `job-${count++}`)
  await mkdir(join(out, 'tmp'), { recursive: true })
  const context: JobContext = {
    folder: out,
    outFolder: out,
    temporaryFolder: join(out, 'tmp'),
    signal: new AbortController().signal,
    finish: new AbortController().signal,
    checkpoint: new Checkpoint(join(out, 'checkpoint')),
    progress() {},
    log() {},
    metric() {},
    record() {},
    secret: async () => null,
    unbroken: work => work(),
    within: (_milliseconds, _late, work) => work(),
    ...more,
  }
  const spec: TrainSpec = {
    dataset: { name: 'data', version: 1, sha256: '0'.repeat(64) },
    parquetFile: join(folder, 'data.parquet'),
    target,
    algorithm,
    parameters: checkParameters(algorithms.get(algorithm), {}),
    device: 'cpu',
    splitColumn: null,
    splitBy: 'parts',
    folds: 0,
    seed: 3,
    positive: null,
    task: null,
    exclude: ['value', 'high', 'level'].filter(name => name !== target),
    distinctRows: false,
    recalibration: null,
    warnings: [],
    ...change,
  }
  return { trained: await trainModel(spec, context), out }
}

const targets = { binary: 'high', multiclass: 'level', regression: 'value' }
const enough = { binary: ['auc', 0.93], multiclass: ['accuracy', 0.75], regression: ['r2', 0.85] } as const
/** Of what a weighted sum of columns tells, 240 rows tell these less. */
const weaker: Record<string, { binary?: number; multiclass?: number; regression?: number }> = {
  'nearest-neighbours': { binary: 0.88, multiclass: 0.5, regression: 0.5 },
  'naive-bayes': { multiclass: 0.65 },
  'random-forest': { multiclass: 0.68 },
  'extra-trees': { multiclass: 0.68 },
  'decision-tree': { binary: 0.85, multiclass: 0.6, regression: 0.7 },
}

/** Others go on from a model; see `fine-tune/`. */
const fromData = algorithms.entries.filter(({ needsModel }) => !needsModel)
const ofTarget = targetTasks.flatMap(task =>
  fromData.filter(({ tasks }) => tasks.includes(task)).map(({ id }) => [id, task] as const),
)
test.each(ofTarget)('%s learns %s, and exports what it learned', async (id, task) => {
  const { trained } = await train(id, targets[task])
  expect(trained.task).toBe(task)
  expect(trained.rows).toEqual({ train: 240, validation: 80, test: 80 })
  const [metric, usual] = enough[task]
  const least = weaker[id]?.[task] ?? usual
  if (id === 'baseline') {
    if (task === 'binary') expect(trained.metrics.auc).toBe(0.5)
    return
  }
  if (task === 'multiclass') expect(trained.classes).toEqual(['0', '1', '2'])
  expect(trained.metrics[metric]).toBeGreaterThan(least)
  expect(trained.intervals[metric]![0]).toBeLessThan(trained.metrics[metric]!)
})

test('what is trained where nothing is named learns every task', () => {
  const usual = algorithms.entries.filter(algorithm => algorithm.usual)
  expect(usual.map(({ id }) => id)).toEqual(['baseline', 'linear', 'gradient-boosting', 'neural-network'])
  for (const { tasks } of usual) expect(tasks.toSorted()).toEqual(Object.keys(targets))
})

test.each(fromData.map(({ id }) => id))('%s: the same seed gives the same bundle, another seed another', async id => {
  const [task] = algorithms.get(id).tasks
  const [target, choice] = isWithoutTarget(task!) ? [null, task] : [targets[task!], null]
  const digest = async (seed: number) =>
    (await readBundle(join((await train(id, target, { seed, task: choice })).out, 'bundle'))).digest
  const first = await digest(5)
  expect(await digest(5)).toBe(first)
  expect(await digest(6)).not.toBe(first)
})

/** A training that is paused at each edge of its loop and begun again; its curves, and how often that was. */
async function trainInPieces(algorithm: string, target: string, change: Partial<TrainSpec>) {
  const kept = join(folder, `pieces-${count++}`)
  const curve = new Map<string, number>()
  const metric = (key: string, step: number, value: number) => void curve.set(`${key} ${step}`, value)
  for (let pieces = 1; ; pieces += 1) {
    const checkpoint = new Checkpoint(kept, AbortSignal.abort())
    try {
      return { ...(await train(algorithm, target, change, { checkpoint, metric })), curve, pieces }
    } catch (error) {
      if (!(error instanceof PausedError)) throw error
    }
  }
}

test.each([
  ['neural-network', 'level', { epochs: 4, dropout: 0.2, norm: 'batch' }, 0],
  ['neural-network', 'value', { epochs: 3, optimizer: 'momentum' }, 2],
  ['neural-network', 'high', { epochs: 3, embedding: 3, optimizer: 'adamw', schedule: 'cosine' }, 0],
  ['gradient-boosting', 'level', { rounds: 12, subsample: 0.7, columns: 0.6 }, 0],
  ['gradient-boosting', 'high', { rounds: 20, 'early-stopping': 5 }, 2],
  ['random-forest', 'level', { trees: 20 }, 2],
])('%s on %s, paused at every edge and resumed: the same bundle, scores and curves', async (id, target, set, folds) => {
  const change = { parameters: checkParameters(algorithms.get(id), set as TrainSpec['parameters']), folds }
  const curve = new Map<string, number>()
  const metric = (key: string, step: number, value: number) => void curve.set(`${key} ${step}`, value)
  const whole = await train(id, target, change, { metric })
  const broken = await trainInPieces(id, target, change)
  expect(broken.pieces).toBeGreaterThan(5)
  const digest = async (out: string) => (await readBundle(join(out, 'bundle'))).digest
  expect(await digest(broken.out)).toBe(await digest(whole.out))
  expect(broken.curve).toEqual(curve)
  const { seconds, ...scores } = whole.trained
  expect(broken.trained).toMatchObject(scores)
  expect(broken.trained.seconds).toBeGreaterThan(seconds!)
})

test('a checkpoint of other settings is not gone on from', async () => {
  const kept = join(folder, 'other-settings')
  const parameters = (rounds: number) => checkParameters(algorithms.get('gradient-boosting'), { rounds })
  const paused = new Checkpoint(kept, AbortSignal.abort())
  await expect(
    train('gradient-boosting', 'high', { parameters: parameters(9) }, { checkpoint: paused }),
  ).rejects.toThrow(PausedError)
  const said: string[] = []
  const checkpoint = new Checkpoint(kept, undefined, message => said.push(message))
  const change = { parameters: parameters(8) }
  const { out } = await train('gradient-boosting', 'high', change, { checkpoint })
  expect(said).toEqual(['The checkpoint is of other data, settings or another build: it is not used'])
  const other = await train('gradient-boosting', 'high', change)
  expect((await readBundle(join(out, 'bundle'))).digest).toBe((await readBundle(join(other.out, 'bundle'))).digest)
})

test('a bundle holds its golden rows, no real ones, and answers them', async () => {
  const { out } = await train('gradient-boosting', 'high')
  const predictor = await openPredictor(join(out, 'bundle'))
  const { golden, profile, contract } = predictor.bundle
  expect(await predictor.runGolden()).toMatchObject({ agrees: true })
  await predictor.close()
  expect(golden.rows.length).toBe(32)
  expect(golden.rows.every(row => Object.keys(row).join() === 'account,colour,height,is new,since')).toBe(true)
  expect(profile.rows).toBe(240)
  expect(contract.columns.find(({ name }) => name === 'constant')).toMatchObject({ required: false })
})

test('recorded predictions name the rows of the table and their truth', async () => {
  const { trained, out } = await train('linear', 'value')
  const table = await readTable(join(out, 'predictions.parquet'))
  expect(table.columns.map(({ name }) => name)).toEqual(['row', 'truth', 'value'])
  expect(table.rows).toBe(80)
  expect(trained.testRowsDigest).toMatch(/^[0-9a-f]{64}$/)
  const split = await readTable(join(out, 'split.parquet'))
  const [row, part] = split.columns
  if (row?.kind !== 'numeric' || part?.kind !== 'text') throw new Error('The split is rows and parts')
  expect([...row.values]).toEqual(Array.from({ length: rows }, (_, i) => i))
  const tested = [...row.values].filter((_, i) => part.dictionary[part.codes[i]!] === 'test')
  expect(table.columns[0]).toMatchObject({ values: Float64Array.from(tested) })
  const again = await train('gradient-boosting', 'value')
  expect(again.trained.testRowsDigest).toBe(trained.testRowsDigest)
})

test('folds: validated on each, tested on rows that none of them saw, and the model is that of the split', async () => {
  const plain = await train('linear', 'value')
  const { trained } = await train('linear', 'value', { folds: 4 })
  expect(trained.foldMetrics.map(({ rmse }) => rmse! > 0)).toEqual([true, true, true, true])
  const mean = trained.foldMetrics.reduce((sum, { rmse }) => sum + rmse!, 0) / 4
  expect(trained.validationMetrics.rmse).toBeCloseTo(mean, 12)
  expect(trained.metrics).toEqual(plain.trained.metrics)
  expect(plain.trained.foldMetrics).toEqual([])
})

test('by time: what is newest is tested, and the column is not learned from', async () => {
  const { trained, out } = await train('linear', 'value', { splitColumn: 'since', splitBy: 'time' })
  const raw = await readTable(join(folder, 'data.parquet'))
  const since = raw.columns.find(({ name }) => name === 'since')!
  if (since.kind !== 'numeric') throw new Error('since is a date')
  const { columns } = await readTable(join(out, 'predictions.parquet'))
  const tested = columns[0]!.kind === 'numeric' ? [...columns[0]!.values] : []
  const others = [...since.values.keys()].filter(row => !tested.includes(row))
  const times = (rows: number[]) => rows.map(row => since.values[row]!)
  expect(Math.min(...times(tested))).toBeGreaterThan(Math.max(...times(others)))
  expect(trained.rows!.test).toBe(tested.length)
  expect((await readBundle(join(out, 'bundle'))).signature.columns.map(({ name }) => name)).not.toContain('since')
})

test('the positive class is the later one unless it is named', async () => {
  expect((await train('linear', 'high')).trained.classes).toEqual(['no', 'yes'])
  expect((await train('linear', 'high', { positive: 'no' })).trained.classes).toEqual(['yes', 'no'])
  await expect(train('linear', 'high', { positive: 'maybe' })).rejects.toMatchObject({ code: 'bad-input' })
})

test('a column that knows the answer is named; rows that repeat another are dropped when that is asked', async () => {
  const { trained } = await train('baseline', 'high', { exclude: ['level'] })
  expect(trained.suspects).toMatchObject([{ kind: 'tells-target', column: 'value' }])
  const distinct = await train('baseline', 'high', { distinctRows: true })
  expect(distinct.trained.suspects).toEqual([])
  expect(distinct.trained.warnings).toEqual([expect.stringContaining('"constant" is left out')])
})

test('a target that an algorithm does not learn is refused, and those that do are named', async () => {
  await expect(train('naive-bayes', 'value')).rejects.toMatchObject({
    code: 'bad-input',
    message: 'naive-bayes learns classes, and "value" holds numbers',
    mend: expect.stringContaining('linear, gradient-boosting'),
  })
})

test('columns that say nothing are left out, and that is told', async () => {
  const { trained } = await train('linear', 'high')
  expect(trained.warnings).toContain('The column "constant" is left out: it is the same in all training rows')
})

test('a device that an algorithm has no use for gives its reason, and the CPU is used', async () => {
  const { trained } = await train('gradient-boosting', 'high', { device: 'webgpu' })
  expect(trained.device).toBe('cpu')
  expect(trained.placement).toEqual([
    { provider: 'cpu', operatorShare: 1, timeShare: 1, reasons: [algorithms.get('gradient-boosting').deviceReason] },
  ])
  expect(trained.warnings.join()).toContain('webgpu is not used: trees are grown on the CPU')
})

test('an unknown parameter, or one out of its range, is refused by name', () => {
  const boosting = algorithms.get('gradient-boosting')
  expect(() => checkParameters(boosting, { depth: 3 })).toThrow(AppError)
  expect(() => checkParameters(boosting, { leaves: 1 })).toThrow('The parameter leaves of gradient-boosting is 1')
  expect(() => checkParameters(algorithms.get('neural-network'), { layers: [8, 0.5] })).toThrow('whole numbers')
  expect(checkParameters(algorithms.get('neural-network'), { layers: 8 }).layers).toEqual([8])
})

test.each(['isotonic', 'sigmoid', 'temperature'] as const)(
  'recalibrated by %s, the written model answers row by row as was worked out, and says that it is',
  async recalibration => {
    for (const target of ['high', 'level']) {
      const plain = await train('linear', target)
      const { trained, out } = await train('linear', target, { recalibration })
      expect(trained.testRowsDigest).toBe(plain.trained.testRowsDigest)
      expect(trained.metrics['log-loss']).not.toBeCloseTo(plain.trained.metrics['log-loss']!, 4)
      const { provenance } = await readBundle(join(out, 'bundle'))
      expect(provenance.recalibration).toBe(recalibration)
      const predictor = await openPredictor(join(out, 'bundle'))
      expect(await predictor.runGolden()).toMatchObject({ agrees: true })
      await predictor.close()
    }
  },
)

test('there are no probabilities of numbers to recalibrate', async () => {
  await expect(train('linear', 'value', { recalibration: 'sigmoid' })).rejects.toThrow('"value" holds numbers')
})
