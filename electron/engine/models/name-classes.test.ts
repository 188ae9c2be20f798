import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Signature } from '../../../shared/inference/signature.ts'
import { GraphBuilder, openPredictor, writeBundle } from '../runtime/index.ts'
import { importedContract } from './import-job.ts'
import { nameClasses } from './name-classes.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-name-classes-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A bundle of a model of one number `x`, with its answer to 1. */
async function bundleOf(
  graph: GraphBuilder,
  answers: Pick<Signature, 'task' | 'outputs' | 'classes'>,
): Promise<string> {
  graph.output((answers.outputs.probabilities ?? answers.outputs.value)!, outputType, outputShape)
  const signature: Signature = {
    ...{ formatVersion: 1, target: null, columns: [{ name: 'x', type: 'number' }], ...answers },
    inputs: [
      { name: 'x', type: 'float32', columns: [{ name: 'x', type: 'number', offset: 0, scale: 1 }], vector: false },
    ],
  }
  const made = join(folder, 'bundle')
  const golden = { formatVersion: 1 as const, tolerance: 1e-4, rows: [{ x: 1 }], outputs: [] }
  const parts = {
    ...{ model: graph.build(), signature, contract: importedContract(signature) },
    profile: { formatVersion: 1 as const, rows: 0, columns: [], predictions: [] },
    provenance: {
      ...{ formatVersion: 1 as const, latheVersion: '0', dataset: null, target: null, algorithm: null, parameters: {} },
      ...{ seed: null, splitColumn: null, splitBy: 'parts' as const, exclude: [], distinctRows: false, positive: null },
      ...{ metrics: {}, imported: { fileName: 'x.onnx', sha256: '0'.repeat(64), producer: '' } },
    },
  }
  await writeBundle(made, { ...parts, golden })
  const predictor = await openPredictor(made)
  const outputs = await predictor.predictRows(golden.rows)
  await predictor.close()
  await writeBundle(made, { ...parts, golden: { ...golden, outputs } })
  return made
}
let outputType: 'float32' | 'int64'
let outputShape: (string | number)[]

/** The probabilities are 0.2 x and 1 − 0.2 x. */
function scores(): Promise<string> {
  ;[outputType, outputShape] = ['float32', ['N', 2]]
  const graph = new GraphBuilder()
  const first = graph.node('Mul', [graph.input('x', 'float32', ['N', 1]), graph.floats([0.2])])
  const second = graph.node('Sub', [graph.floats([1]), first])
  graph.node('Concat', [first, second], { axis: { int: 1 } }, 'scores')
  return bundleOf(graph, { task: 'binary', outputs: { probabilities: 'scores', value: null }, classes: ['0', '1'] })
}

async function answers(bundle: string, xs: number[]) {
  const predictor = await openPredictor(bundle)
  const rows = await predictor.predictRows(xs.map(x => ({ x })))
  const x = Float64Array.from(xs)
  const table = await predictor.predictTable({
    rows: xs.length,
    columns: [{ name: 'x', type: 'number', kind: 'numeric', values: x }],
  })
  const golden = await predictor.runGolden()
  const { signature } = predictor
  await predictor.close()
  return { rows, table: [...table], golden, signature }
}

test('probabilities are those of the classes that are named; the golden rows hold, and it can be said anew', async () => {
  const from = await scores()
  const named = join(folder, 'named')
  expect(await nameClasses(from, named, { 1: 'benign', 0: 'malignant' })).toEqual({ task: 'binary' })
  const { rows, golden, signature } = await answers(named, [1])
  expect(rows[0]!.prediction).toBe('benign')
  expect(rows[0]!.probabilities!.malignant).toBeCloseTo(0.2, 6)
  expect(golden.agrees).toBe(true)
  expect(signature).toMatchObject({ classes: ['malignant', 'benign'], labels: ['0', '1'] })

  const again = join(folder, 'again')
  await nameClasses(named, again, { 0: 'no', 1: 'yes' })
  expect(await answers(again, [1])).toMatchObject({ rows: [{ prediction: 'yes' }], golden: { agrees: true } })
})

test('whole numbers of which the file says nothing are classes once they are named', async () => {
  ;[outputType, outputShape] = ['int64', ['N', 1]]
  const graph = new GraphBuilder()
  graph.node('Cast', [graph.input('x', 'float32', ['N', 1])], { to: { int: 7 } }, 'label')
  const from = await bundleOf(graph, { task: null, outputs: { probabilities: null, value: 'label' }, classes: [] })
  const named = join(folder, 'named')
  expect(await nameClasses(from, named, { 0: 'a', 1: 'b', 2: 'c' })).toEqual({ task: 'multiclass' })
  expect(await answers(named, [2, 0])).toMatchObject({
    ...{ rows: [{ prediction: 'c' }, { prediction: 'a' }], table: [0, 0, 1, 1, 0, 0], golden: { agrees: true } },
  })
  // The made-up row is answered by 1.
  await expect(nameClasses(from, join(folder, 'never'), { 0: 'a', 2: 'c' })).rejects.toMatchObject({
    ...{ code: 'bad-input', message: 'The model answers "1" to a made-up row, and that has no name' },
  })
})

test('one value between 0 and 1 is the probability of the class named for 1', async () => {
  ;[outputType, outputShape] = ['float32', ['N', 1]]
  const sigmoid = new GraphBuilder()
  sigmoid.node('Sigmoid', [sigmoid.input('x', 'float32', ['N', 1])], {}, 'value')
  const outputs = { probabilities: null, value: 'value' }
  const from = await bundleOf(sigmoid, { task: 'regression', outputs, classes: [] })
  const named = join(folder, 'named')
  expect(await nameClasses(from, named, { 0: 'no', 1: 'yes' })).toEqual({ task: 'binary' })
  const { rows, table, golden } = await answers(named, [Math.log(3), -100])
  expect(rows.map(({ prediction }) => prediction)).toEqual(['yes', 'no'])
  expect(table[0]).toBeCloseTo(0.25, 6)
  expect(table[1]).toBeCloseTo(0.75, 6)
  expect(golden.agrees).toBe(true)

  const double = new GraphBuilder()
  double.node('Mul', [double.input('x', 'float32', ['N', 1]), double.floats([2])], {}, 'value')
  const no = await bundleOf(double, { task: 'regression', outputs, classes: [] })
  await expect(nameClasses(no, named, { 0: 'no', 1: 'yes' })).rejects.toMatchObject({
    message: 'The model answers 2 to a made-up row, which is no probability of a class',
  })
})

test('classes that it lacks, that stay without a name, or that are called alike are refused, and nothing is written', async () => {
  const from = await scores()
  const to = join(folder, 'never')
  const mend = 'Name each of its classes once: 0, 1.'
  for (const [classes, message] of [
    [{ 0: 'a', 2: 'b' }, 'The model has no class "2"'],
    [{ 1: 'a' }, 'It is not said what the model\'s class "0" is called'],
    [{ 0: 'a', 1: 'a' }, 'Two classes of the model would be called "a"'],
  ] as const) {
    await expect(nameClasses(from, to, classes)).rejects.toMatchObject({ code: 'bad-input', message, mend })
  }
  await expect(openPredictor(to)).rejects.toMatchObject({ code: 'bad-file' })
})
