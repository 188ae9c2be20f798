import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTableWriter, readTable } from '../../electron/engine/datasets/index.ts'
import { Checkpoint, type JobContext } from '../../electron/engine/jobs/index.ts'
import { algorithms } from '../../electron/engine/training/algorithms/index.ts'
import { checkParameters } from '../../electron/engine/training/parameters.ts'
import { trainModel } from '../../electron/engine/training/train-model.ts'
import type { Table, TableColumn } from '../../shared/inference/table.ts'
import { doubles, integers, type QualitySet, setsOf } from './sets.ts'

/**
 * `ours.ts FOLDER ALGORITHM…`: for each set and fold what a run does, from the Parquet file to the exported model that is held against
 * the trainer on each test row; its predictions go to `lathe-ALGORITHM-FOLD` beside the data.
 */
const [folder, ...names] = process.argv.slice(2)
const partNames = ['train', 'validation', 'test']

function tableOf(set: QualitySet): Table {
  const [numbers, codes, target, parts] = [
    doubles(set, 'numbers'),
    integers(set, 'codes'),
    doubles(set, 'target'),
    integers(set, 'parts'),
  ]
  const rows = Int32Array.from({ length: set.rows }, (_, row) => row)
  const text = (name: string, own: Int32Array, dictionary: string[]): TableColumn => ({
    ...{ name, type: 'text', kind: 'text', codes: own, dictionary },
  })
  const values = Array.from({ length: set.numbers }, (_, k): TableColumn => {
    const own = Float64Array.from(rows, row => numbers[row * set.numbers + k]!)
    return { name: `x${k}`, type: 'number', kind: 'numeric', values: own }
  })
  const texts = Array.from({ length: set.texts }, (_, k) => {
    const own = rows.map(row => codes[row * set.texts + k]!)
    const most = own.reduce((one, other) => Math.max(one, other), 0)
    return text(`c${k}`, own, named('v', most + 1))
  })
  const folds = Array.from({ length: set.folds }, (_, fold) =>
    text(
      `fold${fold}`,
      rows.map(row => parts[row * set.folds + fold]!),
      partNames,
    ),
  )
  const learned: TableColumn = set.classes
    ? text('target', Int32Array.from(target), named('k', set.classes))
    : { name: 'target', type: 'number', kind: 'numeric', values: target }
  return { rows: set.rows, columns: [...values, ...texts, ...folds, learned] }
}

const named = (letter: string, count: number) => Array.from({ length: count }, (_, i) => `${letter}${i}`)

const job = (out: string): JobContext => ({
  ...{ folder: out, outFolder: out, temporaryFolder: out },
  signal: new AbortController().signal,
  finish: new AbortController().signal,
  progress() {},
  log() {},
  metric() {},
  record() {},
  secret: async () => null,
  unbroken: work => work(),
  within: (_milliseconds, _late, work) => work(),
  checkpoint: new Checkpoint(join(out, 'checkpoint')),
})

for (const set of [...setsOf(folder!, 'shipped'), ...setsOf(folder!, 'made')]) {
  const place = mkdtempSync(join(tmpdir(), 'lathe-quality-'))
  try {
    const parquetFile = join(place, 'data.parquet')
    const table = tableOf(set)
    const writer = await createTableWriter(parquetFile, table.columns)
    await writer.append(table)
    await writer.close()
    for (const name of names) {
      const algorithm = algorithms.get(name)
      if (!set.classes && !algorithm.tasks.includes('regression')) continue
      for (let fold = 0; fold < set.folds; fold += 1) {
        const out = join(place, `${name}-${fold}`)
        mkdirSync(out)
        await trainModel(
          {
            ...{ dataset: { name: set.name, version: 1, sha256: '0'.repeat(64) }, parquetFile, target: 'target' },
            ...{ algorithm: name, parameters: checkParameters(algorithm, {}), device: 'cpu' },
            ...{ splitColumn: `fold${fold}`, splitBy: 'parts', folds: 0, seed: 1, positive: null, recalibration: null },
            ...{ task: set.classes ? 'classification' : 'regression', distinctRows: false, warnings: [] },
            exclude: Array.from({ length: set.folds }, (_, k) => `fold${k}`).filter((_, k) => k !== fold),
          },
          job(out),
        )
        const told = await readTable(join(out, 'predictions.parquet'))
        const answers = Array.from({ length: Math.max(1, set.classes) }, (_, k) => {
          const column = told.columns.find(each => each.name === (set.classes ? `p${k}` : 'value'))
          return column?.kind === 'numeric' ? column.values : new Float64Array()
        })
        const cells = Float64Array.from({ length: told.rows * answers.length }, (_, i) => {
          return answers[i % answers.length]![Math.floor(i / answers.length)]!
        })
        writeFileSync(join(set.folder, `lathe-${name}-${fold}`), cells)
      }
    }
  } finally {
    rmSync(place, { recursive: true, force: true })
  }
}
