import * as ort from 'onnxruntime-node'
import { expect, test } from 'vitest'
import { encodeTable } from '../../../../../shared/inference/encode.ts'
import type { Table, TableColumn } from '../../../../../shared/inference/table.ts'
import { Pcg32 } from '../../../numerics/index.ts'
import { GraphBuilder } from '../../../runtime/index.ts'
import { addInputs, makeSignature, roundTable } from '../../signature.ts'
import { deriveFeatures } from './derive-features.ts'

const rows = 500
const random = new Pcg32(3)

function dates(name: string, type: 'date' | 'datetime', at: (row: number) => number): TableColumn {
  return { name, type, kind: 'numeric', values: Float64Array.from({ length: rows }, (_, row) => at(row)) }
}
function texts(name: string, at: (row: number) => string | null): TableColumn {
  const all = Array.from({ length: rows }, (_, row) => at(row))
  const dictionary = [...new Set(all.filter(text => text !== null))]
  return {
    name,
    type: 'text',
    kind: 'text',
    codes: Int32Array.from(all, text => dictionary.indexOf(text!)),
    dictionary,
  }
}

const moments = Array.from({ length: rows }, () => Date.UTC(1968, 0, 1) + random.nextBelow(70 * 365 * 24) * 3_600_000)
const wordList = ['good', 'Bad', 'SCHÖN', 'schön', '日本', 'a1', 'room', 'The', 'the', 'missing']
const sentence = (row: number) =>
  row % 29 === 0
    ? null
    : Array.from({ length: 3 + random.nextBelow(8) }, () => wordList[random.nextBelow(10)]).join(
        [' ', ', ', '!? '][row % 3],
      )

const table: Table = {
  rows,
  columns: [
    dates('day', 'date', row => (row % 31 === 0 ? Number.NaN : Math.floor(moments[row]! / 86_400_000) * 86_400_000)),
    dates('at', 'datetime', row => moments[row]!),
    texts('review', row => sentence(row)),
    texts('colour', row => ['red', 'blue and green and grey'][row % 2]!),
    dates('never', 'date', () => Number.NaN),
  ],
}

function derive(of: Table) {
  const features = of.columns.map(({ name }) => name)
  const target = { task: 'regression' as const, classes: [], values: new Float64Array(rows), missing: 0 }
  const signature = makeSignature(of, features, target, 'y')
  const train = Int32Array.from({ length: 400 }, (_, row) => row)
  const data = {
    table: roundTable(of, signature),
    features,
    task: target.task,
    classes: [],
    target: target.values,
    train,
    validation: train,
  }
  return { signature, derived: deriveFeatures(data, signature) }
}

const valuesOf = (of: Table, name: string) => {
  const column = of.columns.find(each => each.name === name)
  if (column?.kind !== 'numeric') throw new Error(`There is no number "${name}"`)
  return column.values
}

test('parts of dates are those of the calendar (Date of the language), before 1970 too', () => {
  const made = derive(table).derived.data.table
  for (const [row, moment] of moments.entries()) {
    const date = new Date(moment)
    const parts = ['month', 'day of month', 'weekday', 'weekend', 'hour'].map(
      part => valuesOf(made, `at: ${part}`)[row],
    )
    const day = (date.getUTCDay() + 6) % 7
    expect(parts).toEqual([date.getUTCMonth() + 1, date.getUTCDate(), day, Number(day > 4), date.getUTCHours()])
  }
  expect(valuesOf(made, 'day: month')[31]).toBeNaN()
  const names = made.columns.map(({ name }) => name)
  expect(names).not.toContain('day: hour')
  expect(names.filter(name => name.startsWith('never') || name.startsWith('colour'))).toEqual(['colour', 'never'])
})

test('words of sentences: spellings are one, weights are those of TF-IDF, a missing text is one of its own', () => {
  const made = derive(table).derived.data.table
  const names = made.columns.map(({ name }) => name).filter(name => name.startsWith('review'))
  expect(names.toSorted()).toEqual(
    [
      'review',
      'review is missing',
      ...['a1', 'bad', 'good', 'missing', 'room', 'schön', 'the', '日本'].map(word => `review: “${word}”`),
    ].toSorted(),
  )
  const review = table.columns[2]!
  if (review.kind !== 'text') throw new Error('review is text')
  const known = (row: number): string[] =>
    review.codes[row]! < 0 ? [] : review.dictionary[review.codes[row]!]!.toLowerCase().match(/[\p{L}\d]+/gu)!
  const withGood = Array.from({ length: 400 }, (_, row) => row).filter(row => known(row).includes('good')).length
  const weight = Math.log(401 / (1 + withGood)) + 1
  for (let row = 0; row < rows; row += 1) {
    const share = known(row).filter(word => word === 'good').length / Math.max(1, known(row).length)
    expect(valuesOf(made, 'review: “good”')[row]).toBeCloseTo(share * weight, 6)
  }
})

test('the graph makes the same numbers to the bit', async () => {
  const { signature, derived } = derive(table)
  const graph = new GraphBuilder()
  const inputs = derived.toGraph(graph, addInputs(graph, signature))
  graph.node('Identity', [inputs.numbers], {}, 'numbers')
  graph.output('numbers', 'float32', ['N', inputs.numeric.size])
  const session = await ort.InferenceSession.create(graph.build())
  const feeds = Object.fromEntries(
    encodeTable(signature, table).map(({ name, type, dims, data }) => [
      name,
      new ort.Tensor(type as 'float32', data as Float32Array, dims),
    ]),
  )
  const { numbers } = await session.run(feeds)
  await session.release()
  const width = inputs.numeric.size
  for (const [name, slot] of inputs.numeric) {
    const own = valuesOf(derived.data.table, name)
    expect(Array.from({ length: rows }, (_, row) => (numbers!.data as Float32Array)[row * width + slot])).toEqual([
      ...own,
    ])
  }
})

test('with sentences alone there is a tensor of numbers all the same; a taken name is not taken twice', async () => {
  const alone = derive({ rows, columns: [table.columns[2]!] })
  const graph = new GraphBuilder()
  const inputs = alone.derived.toGraph(graph, addInputs(graph, alone.signature))
  expect(inputs.numeric.size).toBe(9)
  const taken = derive({
    rows,
    columns: [table.columns[0]!, { ...dates('day: month', 'date', () => 0), type: 'number' } as TableColumn],
  })
  expect(taken.derived.data.features).toContain('day: month′')
})
