import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Evaluation, ModelVersion } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { root, samples, TestWorkspace } from '../lathe.ts'

/** A classifier from elsewhere that answers 0 and 1, on a dataset that says benign and malignant. */
const fixtures = join(root, 'electron/engine/models/fixtures')
const cells = join(samples, 'breast-cancer.csv')
let workspace: TestWorkspace
let run: Run

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', cells, '--name', 'cells', '--target', 'diagnosis')
  run = await workspace.json<Run>('train', 'cells', '--target', 'diagnosis', '--algorithm', 'linear')
  const file = join(fixtures, 'cells-encoded.onnx')
  await workspace.json('import-model', file, '--name', 'theirs', '--dataset', 'cells')
})
afterAll(() => workspace.close())

const name = (zero: string, one: string) => ['name-classes', 'theirs:1', '--class', `0=${zero}`, '--class', `1=${one}`]

test('what the rows suggest is told, on all rows and on those of a run, and the person says it', async () => {
  const told = {
    code: 'bad-data',
    message: 'The target "diagnosis" holds benign, malignant, and the model answers 0, 1',
    mend: expect.stringContaining(
      '`lathe name-classes theirs:1 --class 0=benign --class 1=malignant` (562 of 569 rows agree with these names;',
    ),
  }
  expect(await workspace.failure('evaluate', 'theirs', 'cells')).toMatchObject(told)
  const beside = await workspace.failure('evaluate', 'theirs', '--against', run.run)
  expect(beside).toMatchObject({ code: told.code, message: told.message })
  expect(beside.mend).toContain('--class 0=benign --class 1=malignant')

  expect(await workspace.json<ModelVersion>(...name('malignant', 'benign'))).toMatchObject({ version: 2 })
  const wrong = await workspace.json<Evaluation>('evaluate', 'theirs:2', 'cells')
  expect(await workspace.json<ModelVersion>(...name('benign', 'malignant'))).toMatchObject({ version: 3 })
  const right = await workspace.json<Evaluation>('evaluate', 'theirs', 'cells')
  const { accuracy } = JSON.parse(await readFile(join(fixtures, 'cells-encoded.json'), 'utf8')) as { accuracy: number }
  expect(right.metrics.accuracy).toBeCloseTo(accuracy, 10)
  expect(wrong.metrics.accuracy).toBeCloseTo(1 - accuracy, 10)
  const held = await workspace.json<Evaluation>('evaluate', 'theirs', '--against', run.run)
  expect(held.metrics.auc).toBeGreaterThan(0.98)
})

test('the names are what files and services answer', async () => {
  const out = join(workspace.folder, 'predictions.csv')
  await workspace.json('predict', 'theirs:3', cells, '--out', out)
  const [header, first] = (await readFile(out, 'utf8')).split('\n')
  expect(header).toBe('prediction,probability_benign,probability_malignant,bundle_digest')
  expect(first).toMatch(/^malignant,/)
  await workspace.json<Deployment>('deploy', 'theirs:3', '--target', 'local', '--name', 'served')
  const [names, values] = (await readFile(cells, 'utf8')).split('\n').map(line => line.trim().split(','))
  const row = Object.fromEntries(
    names!.map((each, k) => [each, Number(values![k])]).filter(([each]) => each !== 'diagnosis'),
  )
  const answer = await workspace.json<{ predictions: unknown[] }>('ask', 'served', '--row', JSON.stringify(row))
  expect(JSON.stringify(answer)).toContain('"malignant"')
})

test('they can be said while it is imported; what cannot be is refused, and no version is made', async () => {
  const file = join(fixtures, 'cells-encoded.onnx')
  await workspace.json(
    'import-model',
    file,
    '--name',
    'named',
    '--dataset',
    'cells',
    '--class',
    '0=benign',
    '--class',
    '1=malignant',
  )
  expect((await workspace.json<Evaluation>('evaluate', 'named', 'cells')).metrics.accuracy).toBeGreaterThan(0.98)
  expect(
    await workspace.failure('name-classes', 'named', '--class', '0=benign', '--class', '2=malignant'),
  ).toMatchObject({
    ...{ code: 'bad-input', message: 'The model has no class "2"', mend: 'Name each of its classes once: 0, 1.' },
  })
  expect(await workspace.failure('name-classes', 'named', '--class', '0=a', '--class', '1=a')).toMatchObject({
    message: 'Two classes of the model would be called "a"',
  })
  await workspace.json('register', run.run, '--name', 'ours')
  expect(
    await workspace.failure('name-classes', 'ours', '--class', 'benign=a', '--class', 'malignant=b'),
  ).toMatchObject({
    message: 'The classes of ours:1 are those of the data that it learned from',
  })
  expect(await workspace.failure('import-model', fixtures, '--name', 'never')).toMatchObject({
    ...{ code: 'bad-input', message: 'fixtures is a folder, and a model is a file' },
  })
  const { models } = await workspace.json<{ models: ModelVersion[] }>('models')
  expect(models.map(({ model, version }) => `${model}:${version}`).toSorted()).toEqual([
    ...['named:1', 'ours:1', 'theirs:1', 'theirs:2', 'theirs:3'],
  ])
})
