import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TrainSummary } from '../../shared/contract/runs.ts'
import type { PythonSnippet } from '../../shared/contract/workspace.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { root, samples, TestWorkspace } from '../lathe.ts'
import { findPython } from '../python.ts'

/** "Open in Python" as a person uses it: the text is pasted into a file and run by a real Python. */
const python = await findPython()
const largest = 1e-5
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
})
afterAll(() => workspace.close())

async function paste(subject: string): Promise<string> {
  const { code } = await workspace.json<PythonSnippet>('python', subject)
  const file = join(workspace.folder, 'pasted.py')
  await writeFile(file, code)
  return python!.run(file)
}

/** What the program prints: the difference, and the score that it works out by itself. */
async function differenceOf(subject: string) {
  const printed = await paste(subject)
  const difference = Number(/largest difference from the stored [a-z]+: (\S+)/.exec(printed)?.[1])
  const score = Number(/on the test rows: (\S+)/.exec(printed)?.[1])
  return { difference, score, rows: Number(/(\d+) (?:test|golden) rows/.exec(printed)?.[1]) }
}

async function trainAll(name: string, target: string): Promise<Run[]> {
  const { runs } = await workspace.json<TrainSummary>('train', name, '--target', target, '--seed', '3')
  expect(runs.map(({ status }) => status)).toEqual(runs.map(() => 'done'))
  return runs
}

/** Numbers with holes, texts with holes, dates, whole numbers that float32 cannot hold, and names that are no identifiers. */
function mixedRows(): string {
  const random = (i: number, k: number) => Math.abs(Math.sin(i * 12.9898 + k * 78.233) * 43758.5453) % 1
  const lines = ['"a.b ""c""",=cmd(),day,moment,id,yes,outcome,price']
  for (let i = 0; i < 600; i += 1) {
    const number = random(i, 1) < 0.1 ? '' : (random(i, 2) * 1e4).toFixed(7)
    const text = random(i, 3) < 0.1 ? '' : ['red', 'größer', '"x, y"', 'NaN', '😀'][Math.floor(random(i, 4) * 5)]!
    const day =
      random(i, 5) < 0.1 ? '' : new Date(1.6e12 + Math.floor(random(i, 6) * 900) * 864e5).toISOString().slice(0, 10)
    const moment = new Date(1.5e12 + Math.floor(random(i, 7) * 1e9) * 100 + 5).toISOString().replace('Z', '')
    const id = String(9_000_000_000_000 + Math.floor(random(i, 8) * 1000))
    const yes = random(i, 9) < 0.05 ? '' : String(random(i, 10) > 0.5)
    const price = (Number(number || 5000) / 50 + (text === 'red' ? 40 : 0) + random(i, 11)).toFixed(4)
    const outcome = ['low', 'middle', 'high'][Math.min(2, Math.floor(Number(price) / 90))]
    lines.push([number, text, day, moment, id, yes, outcome, price].join(','))
  }
  return `${lines.join('\n')}\n`
}

test.skipIf(python === null)(
  'the runs of every algorithm on the sample, and the model, are the same in Python',
  async () => {
    await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
    const runs = await trainAll('cells', 'diagnosis')
    for (const run of runs) {
      const { difference, score, rows } = await differenceOf(run.run)
      expect(difference, run.algorithm).toBeLessThan(largest)
      expect(rows).toBe(run.rows!.test)
      expect(score, run.algorithm).toBeCloseTo(run.metrics.accuracy!, 5)
    }
    const version = await workspace.json<ModelVersion>('register', runs[1]!.run, '--name', 'cells-model')
    expect((await differenceOf(`${version.model}:${version.version}`)).difference).toBeLessThan(largest)
    expect(await paste('cells')).toContain('569 rows, 31 columns')
  },
)

test.skipIf(python === null)('numbers, texts, dates and holes, for many classes and for values', async () => {
  const file = join(workspace.folder, 'mixed.csv')
  await writeFile(file, mixedRows())
  await workspace.json('import', file, '--name', 'mixed')
  const classes = await trainAll('mixed', 'outcome')
  expect(classes[0]!.classes).toHaveLength(3)
  for (const run of classes) expect((await differenceOf(run.run)).difference, run.algorithm).toBeLessThan(largest)
  for (const run of await trainAll('mixed', 'price')) {
    const { difference, score } = await differenceOf(run.run)
    expect(difference, run.algorithm).toBeLessThan(largest)
    expect(score / run.metrics.rmse!, run.algorithm).toBeCloseTo(1, 4)
  }
})

test.skipIf(python === null)('a model from elsewhere is held against its golden rows', async () => {
  const file = join(root, 'electron', 'engine', 'models', 'fixtures', 'iris-logistic.onnx')
  await workspace.json('import-model', file, '--name', 'elsewhere')
  const { difference, rows } = await differenceOf('elsewhere')
  expect(rows).toBe(3)
  expect(difference).toBeLessThan(largest)
})

test('a subject that is nothing, and one that is two things, is said', async () => {
  expect(await workspace.failure('python', 'nothing-there')).toMatchObject({ code: 'not-found' })
  await workspace.json('import', join(samples, 'diabetes.csv'), '--name', 'twice')
  await workspace.json(
    'import-model',
    join(root, 'electron/engine/models/fixtures/iris-logistic.onnx'),
    '--name',
    'twice',
  )
  expect(await workspace.failure('python', 'twice')).toMatchObject({
    code: 'bad-input',
    mend: expect.stringContaining('--as model'),
  })
  expect(await workspace.json<PythonSnippet>('python', 'twice', '--as', 'dataset')).toMatchObject({
    kind: 'dataset',
    subject: 'twice:1',
  })
})
