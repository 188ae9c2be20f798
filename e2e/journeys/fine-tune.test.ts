import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ModelTensors, RetrainDecision } from '../../shared/model/model.ts'
import type { Run } from '../../shared/model/run.ts'
import { root, samples, TestWorkspace } from '../lathe.ts'

const fixtures = join(root, 'electron/engine/training/fine-tune/fixtures')
let workspace: TestWorkspace

beforeAll(async () => {
  workspace = await TestWorkspace.make()
  await workspace.json('import', join(samples, 'breast-cancer.csv'), '--name', 'cells', '--target', 'diagnosis')
})
afterAll(() => workspace.close())

const onCells = ['train', 'cells', '--target', 'diagnosis', '--device', 'cpu', '--from']

let first: Run

test('a model from scikit-learn gets a new head', async () => {
  await workspace.json('import-model', join(fixtures, 'cells-mlp.onnx'), '--name', 'theirs', '--dataset', 'cells')
  const { tensors } = await workspace.json<ModelTensors>('tensors', 'theirs')
  expect(tensors.find(({ isLast }) => isLast)).toMatchObject({
    name: 'next_activations1',
    operator: 'Relu',
    shape: [10],
  })
  first = await workspace.json<Run>(...onCells, 'theirs', '--param', 'epochs=60')
  expect(first).toMatchObject({
    algorithm: 'fine-tune',
    status: 'done',
    parameters: { model: 'theirs:1', 'freeze-at': '' },
  })
  expect(first.metrics.auc).toBeGreaterThan(0.97)
  expect(first.warnings).toContain(
    'theirs:1 stays as it is up to "next_activations1": the head learns from its 10 numbers',
  )
  const at = ['--freeze-at', 'next_activations', '--param', 'layers=8', '--param', 'epochs=20']
  const earlier = await workspace.json<Run>(...onCells, 'theirs:1', ...at)
  expect(earlier.warnings.join()).toContain('"next_activations": the head learns from its 20 numbers')
})

test('it is one file that predicts, and is trained again from the same model', async () => {
  await workspace.json('register', first.run, '--name', 'ours', '--alias', 'champion')
  const out = join(workspace.folder, 'predictions.csv')
  await workspace.json('predict', 'ours', join(samples, 'breast-cancer.csv'), '--out', out)
  expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(570)
  const again = await workspace.json<Run>('retrain', first.run)
  expect(again).toMatchObject({ metrics: first.metrics, parameters: first.parameters })
  const decision = await workspace.json<RetrainDecision>('retrain', 'ours', 'cells')
  expect(decision).toMatchObject({ difference: 0, challenger: { metrics: first.metrics } })
  const { run } = await workspace.json<{ run: Run }>('recalibrate', first.run)
  expect(run).toMatchObject({ algorithm: 'fine-tune', status: 'done' })
})

test('what cannot be frozen, or does not fit the data, is refused before or as it begins', async () => {
  const failure = (...more: string[]) => workspace.failure(...onCells, ...more)
  expect(await failure('nobody')).toMatchObject({ code: 'not-found', message: 'There is no model "nobody"' })
  const nowhere = await failure('theirs', '--freeze-at', 'nowhere')
  expect(nowhere).toMatchObject({ code: 'bad-input', mend: expect.stringContaining('next_activations1 [10]') })
  expect((await failure('theirs', '--algorithm', 'linear')).message).toContain('does not go on from a model')
  expect((await failure('theirs', '--exclude', 'mean radius')).message).toContain('which it must not see here')
  const renamed = join(workspace.folder, 'renamed.csv')
  const text = await readFile(join(samples, 'breast-cancer.csv'), 'utf8')
  await writeFile(renamed, text.replace('mean radius', 'radius'))
  await workspace.json('import', renamed, '--name', 'renamed')
  const lacking = await workspace.failure('train', 'renamed', '--target', 'diagnosis', '--from', 'theirs')
  expect(lacking).toMatchObject({
    code: 'bad-input',
    message: 'theirs:1 takes 30 columns, and renamed:1 lacks "mean radius"',
  })
})
