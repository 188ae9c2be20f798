import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { questionWords } from '../../../shared/lib/question-words.ts'
import type { LearnedTree, TreeQuestion, Weights } from '../../../shared/model/learned.ts'
import { Pcg32 } from '../numerics/index.ts'
import { openPredictor } from '../runtime/index.ts'
import { trainIn, writeData } from './train-fixture.ts'

const rows = 600
const random = new Pcg32(5)
const colours = ['blue', 'red', 'green', 'seen once']
const colour = Int32Array.from({ length: rows }, (_, row) =>
  row === 9 ? 3 : row % 17 === 0 ? -1 : random.nextBelow(3),
)
const height = Float64Array.from({ length: rows }, (_, row) =>
  row % 13 ? 170 + 9 * random.nextGaussian() : Number.NaN,
)
const account = Float64Array.from({ length: rows }, () => 9_007_199_000_000 + random.nextBelow(1000))
const since = Float64Array.from({ length: rows }, () => Date.UTC(2020, 0, 1 + random.nextBelow(900)))
const isNew = Float64Array.from({ length: rows }, () => random.nextBelow(2))
const score = Float64Array.from(
  height,
  (value, row) =>
    (Number.isNaN(value) ? 1 : (value - 170) / 9) +
    (colour[row] === 2 ? 2 : colour[row] === -1 ? -2 : 0) +
    1.5 * isNew[row]! +
    (account[row]! - 9_007_199_000_500) / 250 +
    (since[row]! > Date.UTC(2021, 0, 1) ? 2 : 0),
)
const number = (name: string, values: Float64Array, type: 'number' | 'integer' | 'date' | 'boolean' = 'number') =>
  ({ name, type, kind: 'numeric', values }) as const
const text = (name: string, codes: Int32Array, dictionary: string[]) =>
  ({ name, type: 'text', kind: 'text', codes, dictionary }) as const
const table: Table = {
  rows,
  columns: [
    ...[number('height', height), number('account', account, 'integer'), number('since', since, 'date')],
    ...[number('is new', isNew, 'boolean'), text('colour', colour, colours), number('value', score)],
    text(
      'high',
      Int32Array.from(score, each => Number(each > 1.5)),
      ['no', 'yes'],
    ),
    text(
      'level',
      Int32Array.from(score, each => (each > 3 ? 2 : each > 0 ? 1 : 0)),
      ['low', 'middle', 'high'],
    ),
  ],
}
const targets = ['value', 'high', 'level']
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-readable-'))
  await writeData(folder, table)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** Trains on all columns but the other targets; the model answers every row of the data. */
async function learn(algorithm: string, target: string, parameters = {}) {
  // Months and weekdays, which are made of dates, are none of the table's columns: a tree of values has no use for them here.
  const exclude = [...targets.filter(each => each !== target), ...(target === 'value' ? [] : ['since'])]
  const { trained, out } = await trainIn(folder, { algorithm, target, parameters, exclude })
  const predictor = await openPredictor(join(out, 'bundle'))
  try {
    const all = Int32Array.from({ length: rows }, (_, row) => row)
    const answers = await predictor.predictTable(selectRows(table, all))
    return { found: trained.findings, classes: trained.classes, answers }
  } finally {
    await predictor.close()
  }
}

/** As a person answers it who looks at the data. */
function isYes({ column, atMost, oneOf, others, missing }: TreeQuestion, row: number): boolean {
  const own = table.columns.find(({ name }) => name === column)!
  if (own.kind === 'text') {
    const value = own.codes[row]! < 0 ? null : own.dictionary[own.codes[row]!]!
    return value === 'seen once' ? others > 0 : oneOf!.includes(value)
  }
  const value = own.values[row]!
  if (Number.isNaN(value)) return missing === 'yes'
  if (own.type === 'boolean') return oneOf!.includes(String(value !== 0))
  return own.type === 'date' ? new Date(value).toISOString().slice(0, 10) <= String(atMost) : value <= Number(atMost)
}

test.each(targets)('%s: who follows the questions of the tree comes to the answers of the model', async target => {
  const { found, classes, answers } = await learn('decision-tree', target, { pruning: 'none' })
  expect(found!.kind).toBe('tree')
  const { nodes } = found as LearnedTree
  const width = Math.max(1, classes.length)
  const asked = new Set<string>()
  for (let row = 0; row < rows; row += 1) {
    let node = nodes[0]!
    while (node.question) {
      asked.add(node.question.column)
      node = nodes[isYes(node.question, row) ? node.question.yes : node.question.no]!
    }
    expect(node.leaves).toBe(1)
    const own = answers.subarray(row * width, (row + 1) * width)
    expect(own[node.of === null ? 0 : classes.indexOf(node.of)]!).toBeCloseTo(node.answer, 4)
  }
  expect(asked.size).toBe(target === 'value' ? 5 : 4)
  const leaves = nodes.filter(({ question }) => !question)
  expect(leaves.reduce((sum, node) => sum + node.rows, 0)).toBe(nodes[0]!.rows)
  expect(nodes[0]!.leaves).toBe(leaves.length)
})

test('the rest of a tree that is too large to be read is said', async () => {
  const { found } = await learn('decision-tree', 'value', { pruning: 'none', 'min-rows': 1, 'max-depth': 0 })
  const { nodes } = found as LearnedTree
  expect(nodes).toHaveLength(127)
  const cut = nodes.filter(({ question, leaves }) => !question && leaves > 1)
  expect(cut.length).toBeGreaterThan(0)
  const leaves = nodes.filter(({ question }) => !question)
  expect(leaves.reduce((sum, node) => sum + node.leaves, 0)).toBe(nodes[0]!.leaves)
})

test('the weights of a linear model, in the units of the data, are those that made the target', async () => {
  const { found, answers } = await learn('linear', 'value', { l2: 0.001 })
  expect(found!.kind).toBe('weights')
  const { outputs, intercepts, columns, others } = found as Weights
  expect([outputs, others]).toEqual([['value'], 0])
  const of = (name: string) => columns.find(column => column.name === name)!
  expect(of('height').perUnit![0]!).toBeCloseTo(1 / 9, 1)
  expect(of('account').perUnit![0]!).toBeCloseTo(1 / 250, 3)
  expect(of('since').perUnit).toBeNull()
  expect(of('height is missing').weights[0]!).toBeCloseTo(1, 0)
  const sizes = columns.map(({ weights }) => Math.abs(weights[0]!))
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a))
  // Two rows that differ in one text alone differ by its weights.
  const colourOf = (name: string) => of(`colour = ${name}`).weights[0]!
  expect(colourOf('green') - colourOf('blue')).toBeCloseTo(2, 0)
  const mean = answers.reduce((sum, answer) => sum + answer / rows, 0)
  expect(Math.abs(intercepts[0]! - mean)).toBeLessThan(4)
})

test('of several classes each has its weights, of two the second has them', async () => {
  const level = (await learn('linear', 'level')).found as Weights
  expect(level.outputs).toEqual(['high', 'low', 'middle'])
  expect(level.columns[0]!.weights).toHaveLength(3)
  const high = (await learn('linear', 'high')).found as Weights
  expect(high.outputs).toEqual(['yes'])
})

test('a question is told in words with both its answers', () => {
  const question = { column: 'age', atMost: 30, oneOf: null, others: 0, missing: null, yes: 1, no: 2 }
  expect(questionWords(question, String)).toEqual({ yes: 'age ≤ 30', no: 'age > 30' })
  expect(questionWords({ ...question, missing: 'no' }, String).no).toBe('age > 30 or missing')
  const texts = { ...question, atMost: null, oneOf: ['a', null], others: 2 }
  expect(questionWords(texts, String)).toEqual({
    yes: 'age is one of a, missing, 2 more',
    no: 'age is none of a, missing, 2 more',
  })
  expect(questionWords({ ...texts, oneOf: ['a'], others: 0 }, String)).toEqual({ yes: 'age = a', no: 'age ≠ a' })
})
