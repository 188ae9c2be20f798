import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeReferenceProfile } from '../../shared/inference/bins.ts'
import type { Golden } from '../../shared/inference/bundle.ts'
import type { Signature } from '../../shared/inference/signature.ts'
import type { Table } from '../../shared/inference/table.ts'
import { GraphBuilder, openPredictor, writeBundle } from '../engine/runtime/index.ts'

const signature: Signature = {
  formatVersion: 1,
  task: 'binary',
  target: 'bought',
  columns: [
    { name: 'age', type: 'number' },
    { name: 'city', type: 'text' },
    { name: 'since', type: 'date' },
  ],
  inputs: [
    {
      name: 'numeric',
      type: 'float32',
      columns: [
        { name: 'age', type: 'number', offset: 0, scale: 1 },
        { name: 'since', type: 'date', offset: Date.UTC(2020, 0, 1), scale: 86_400_000 },
      ],
      vector: false,
    },
    { name: 'text', type: 'string', columns: [{ name: 'city', type: 'text', offset: 0, scale: 1 }], vector: false },
  ],
  outputs: { probabilities: 'probabilities', value: null },
  classes: ['no', 'yes'],
}

/** P(yes) = sigmoid(age + days since 2020 + 1 in Graz), missing numbers as 0. */
function model(): Uint8Array {
  const graph = new GraphBuilder()
  graph.input('numeric', 'float32', ['N', 2])
  graph.input('text', 'string', ['N', 1])
  const filled = graph.node('Where', [graph.node('IsNaN', ['numeric']), graph.float(0), 'numeric'])
  const sum = graph.node('ReduceSum', [filled, graph.int64s([1])], { keepdims: { int: 1 } })
  const column = graph.node('Squeeze', ['text', graph.int64s([1])])
  const inGraz = graph.node('ml.OneHotEncoder', [column], { cats_strings: { strings: ['Graz'] }, zeros: { int: 1 } })
  const yes = graph.node('Sigmoid', [graph.node('Add', [sum, inGraz])])
  const both = [graph.node('Sub', [graph.float(1), yes]), yes]
  graph.node('Concat', both, { axis: { int: 1 } }, 'probabilities')
  graph.output('probabilities', 'float32', ['N', 2])
  return graph.build()
}

/** A bundle in a folder of its own, as training would leave it: 40 reference rows, three golden ones. */
export async function makeBundle(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-serving-'))
  const rows = Array.from({ length: 40 }, (_, row) => row)
  const table: Table = {
    rows: rows.length,
    columns: [
      { name: 'age', type: 'number', kind: 'numeric', values: Float64Array.from(rows, row => row / 10) },
      {
        ...{ name: 'city', type: 'text', kind: 'text', dictionary: ['Graz', 'Wien'] },
        codes: Int32Array.from(rows, row => row % 2),
      },
      {
        ...{ name: 'since', type: 'date', kind: 'numeric' },
        values: Float64Array.from(rows, row => Date.UTC(2020, 0, 1 + (row % 3))),
      },
    ],
  }
  const golden: Golden = {
    formatVersion: 1,
    tolerance: 1e-4,
    rows: [
      { age: 1, city: 'Graz', since: Date.UTC(2020, 0, 1) },
      { age: -2, city: 'Wien', since: Date.UTC(2020, 0, 2) },
      { age: null, city: null, since: null },
    ],
    outputs: [],
  }
  const bundle = {
    model: model(),
    signature,
    profile: makeReferenceProfile(signature, table, Float32Array.from(rows.flatMap(row => [1 - row / 40, row / 40]))),
    contract: {
      formatVersion: 1 as const,
      columns: signature.columns.map(column => ({ ...column, required: true, nullable: true })),
    },
    provenance: {
      ...{ formatVersion: 1 as const, latheVersion: '0.0.0', dataset: null, target: 'bought', algorithm: 'linear' },
      ...{
        parameters: {},
        seed: 1,
        splitColumn: null,
        splitBy: 'parts' as const,
        exclude: [],
        distinctRows: false,
        positive: null,
        metrics: {},
        imported: null,
      },
    },
  }
  await writeBundle(folder, { ...bundle, golden })
  const predictor = await openPredictor(folder)
  const outputs = await predictor.predictRows(golden.rows)
  await predictor.close()
  await writeBundle(folder, { ...bundle, golden: { ...golden, outputs } })
  return folder
}
