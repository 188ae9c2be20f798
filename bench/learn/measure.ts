import { readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Algorithm, TrainingData } from '../../electron/engine/training/algorithm.ts'
import type { TableColumn } from '../../shared/inference/table.ts'
import type { DeviceId, Parameters } from '../../shared/model/run.ts'
import type { Precision } from './on-device.ts'

const [folder, spec] = process.argv.slice(2)
export const { width, categorical, levels, threads, rounds, most } = JSON.parse(spec!) as Record<string, number>
export const { device = 'cpu', precision = 'float32' } = JSON.parse(spec!) as {
  device?: DeviceId
  precision?: Precision
}
export const read = (name: string) => {
  const bytes = readFileSync(join(folder!, name))
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

/** Columns as the engine holds a table: numbers, and texts as codes into a dictionary. */
function tableOf(x: Float32Array): { rows: number; columns: TableColumn[] } {
  const [stride, rows] = [width!, x.length / width!]
  const columns = Array.from({ length: stride }, (_, k): TableColumn => {
    const values = new Float32Array(rows)
    for (let row = 0; row < rows; row += 1) values[row] = x[row * stride + k]!
    const name = `c${k}`
    if (k < stride - categorical!) return { name, type: 'number', kind: 'numeric', values }
    const codes = Int32Array.from(values, value => (Number.isNaN(value) ? -1 : value))
    const most = codes.reduce((one, other) => Math.max(one, other), 0)
    const dictionary = Array.from({ length: most + 1 }, (_, code) => `v${code}`)
    return { name, type: 'text', kind: 'text', codes, dictionary }
  })
  return { rows, columns }
}

const all = (count: number, from = 0) => Int32Array.from({ length: count }, (_, row) => from + row)

/** The test rows that are explained. */
export const explained = 10_000

/** A training of ours on the data in the folder. */
export async function train(algorithm: Algorithm, parameters: Parameters, metric = () => {}) {
  const y = read('y')
  const table = tableOf(read('x'))
  const data: TrainingData = {
    table,
    features: table.columns.map(({ name }) => name),
    task: 'binary',
    classes: ['0', '1'],
    target: Float64Array.from(y),
    train: all(y.length),
    // Some of the training rows, so that every round is the best yet and none is left out.
    validation: all(10_000),
  }
  const before = process.resourceUsage().maxRSS
  const begun = performance.now()
  const fitted = await algorithm.fit(data, parameters, {
    ...{ device: 'cpu', seed: 1, threads: threads!, temporaryFolder: tmpdir() },
    signal: new AbortController().signal,
    finish: new AbortController().signal,
    progress() {},
    log() {},
    metric,
  })
  const seconds = (performance.now() - begun) / 1000
  return { fitted, table, seconds, megabytes: (process.resourceUsage().maxRSS - before) / 1024 }
}

/** One measured training of ours, as a program with the arguments FOLDER SPEC; prints what it took as one line of JSON. */
export async function measure(algorithm: Algorithm, parameters: Parameters): Promise<void> {
  let firstRound = 0
  const { fitted, table, seconds, megabytes } = await train(algorithm, parameters, () => {
    firstRound ||= Date.now()
  })
  const testTable = tableOf(read('xt'))
  // Codes of the test rows stand for the same texts: they are learned from and asked in one table.
  table.columns.forEach((column, k) => {
    const other = testTable.columns[k]!
    if (column.kind === 'numeric' && other.kind === 'numeric') column.values.set(other.values)
    if (column.kind === 'text' && other.kind === 'text') column.codes.set(other.codes)
  })
  const answers = await fitted.predict(all(testTable.rows))
  report(
    { seconds, megabytes, firstRound },
    Float32Array.from({ length: testTable.rows }, (_, row) => answers[2 * row + 1]!),
  )
}

export interface Taken {
  seconds: number
  megabytes: number
  firstRound: number
  /** Share of the test rows that is right, where the answers are not scored. */
  accuracy?: number
  /** Of a network, see `OnDevice`. */
  shareElsewhere?: number
  bytesPerStep?: number
  batchBytes?: number
  waitingShare?: number
}

/** Leaves the answers to the test rows, or to the first of them, and prints what was measured. */
export function report(taken: Taken, answers: Float32Array): void {
  writeFileSync(join(folder!, 'answers'), answers)
  console.log(JSON.stringify(taken))
}
