import type { Numbers, NumericColumn } from '../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../runtime/index.ts'
import type { RawInputs, TrainingData } from '../algorithm.ts'
import { findPlaces } from './categories.ts'
import { columnsOf } from './columns.ts'
import type { Encoder } from './encoder.ts'
import type { Encoding } from './encoding-parameters.ts'
import { findProducts } from './interactions.ts'
import { numberEncodings } from './numbers/index.ts'
import type { ChangedNumbers } from './numbers/number-encoding.ts'
import { type Texts, textEncodings } from './texts/index.ts'

export interface Standardised {
  name: string
  values: Numbers
  mean: number
  deviation: number
  /** Whether a column of its own says that the value is missing. */
  hasIndicator: boolean
}

export interface DenseEncoder extends Encoder {
  /** The same of training rows to be learned from, which must not know their own answers. */
  encodeLearned(rows: Int32Array): Float32Array
  /** Columns of numbers, which come first. */
  numbers: number
  /** Of each of them its standard deviation; null where it was changed before. */
  deviations: readonly number[] | null
  /** One a column of zeros and ones, which come after them: how many stand side by side for the same text; 1 for "is missing". */
  groups: number[]
}

/**
 * For linear models and networks. Numbers: (x − mean) / standard deviation of the training rows; a missing or infinite
 * value becomes the mean, and a column of its own says so where training rows have such values. Texts: one column a value, or as
 * `encoding` says. Computed in float32, step by step as the graph does.
 */
export function fitDenseEncoder(data: TrainingData, encoding: Encoding = usualEncoding): DenseEncoder {
  const texts = textEncodings.get(encoding.texts).fit(columnsOf(data).text, data, encoding.seed)
  return encoderOf(data, texts, encoding)
}

/** Rows that are written column by column at once, so that they stay in the nearest cache. */
const blockRows = 256
const usualEncoding: Encoding = { numbers: 'standard', texts: 'one-hot', hasProducts: false, seed: 1 }

/** The same, but each text is one column at the end: the place of its value in a table of `rows` rows, which all columns share. */
export function fitTableEncoder(data: TrainingData, encoding: Encoding): Encoder & { columns: number; rows: number } {
  const places = findPlaces(columnsOf(data).text, data.train)
  return { ...encoderOf(data, places, encoding), columns: places.width, rows: places.rows }
}

function encoderOf(data: TrainingData, texts: Texts, { numbers, hasProducts }: Encoding): DenseEncoder {
  const raw = columnsOf(data).numeric
  const changed = numberEncodings.get(numbers).fit(raw, data.train)
  const standardised = changed.columns.map(column => standardise(column, data.train))
  const indicators = standardised.filter(column => column.hasIndicator)
  const indicatorOf = new Map(indicators.map((column, i) => [column, standardised.length + i]))
  const products = findProducts(hasProducts ? standardised : [], data.train)
  const productsFrom = standardised.length + indicators.length
  const textFrom = productsFrom + products.width
  const width = textFrom + texts.width
  const encode = (rows: Int32Array, isLearned: boolean) => {
    const matrix = new Float32Array(rows.length * width)
    for (let from = 0; from < rows.length; from += blockRows) {
      const to = Math.min(rows.length, from + blockRows)
      standardised.forEach((column, i) => {
        const indicator = indicatorOf.get(column)
        const { values, mean, deviation } = column
        for (let at = from; at < to; at += 1) {
          const value = values[rows[at]!]!
          if (Number.isFinite(value)) matrix[at * width + i] = scaled(value, mean, deviation)
          else if (indicator !== undefined) matrix[at * width + indicator] = 1
        }
      })
    }
    products.encode(rows, matrix, width, productsFrom)
    texts.encode(rows, matrix, width, textFrom, isLearned)
    return matrix
  }
  return {
    width,
    numbers: standardised.length,
    deviations: numbers === 'standard' ? standardised.map(({ deviation }) => deviation) : null,
    groups: [...indicators.map(() => 1), ...texts.groups],
    names: [
      ...standardised.map(({ name }) => name),
      ...indicators.map(({ name }) => `${name} is missing`),
      ...products.names,
      ...texts.names,
    ],
    encode: rows => encode(rows, false),
    encodeLearned: rows => encode(rows, true),
    toGraph(graph, inputs) {
      const parts: string[] = []
      if (standardised.length) {
        const [own, ...marks] = addStandardised(graph, standardised, changed, inputs)
        parts.push(own!, ...marks, ...products.toGraph(graph, own!))
      }
      parts.push(...texts.toGraph(graph, inputs.text))
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 1 } })
    },
  }
}

const scaled = (value: number, mean: number, deviation: number) =>
  Math.fround(Math.fround(Math.fround(value) - mean) / deviation)

function standardise({ name, values }: NumericColumn, train: Int32Array): Standardised {
  let count = 0
  let sum = 0
  for (let i = 0; i < train.length; i += 1) {
    const value = values[train[i]!]!
    if (!Number.isFinite(value)) continue
    count += 1
    sum += value
  }
  const mean = sum / Math.max(1, count)
  let squares = 0
  for (let i = 0; i < train.length; i += 1) {
    const distance = values[train[i]!]! - mean
    if (Number.isFinite(distance)) squares += distance * distance
  }
  return {
    name,
    values,
    mean: Math.fround(mean),
    deviation: Math.fround(Math.sqrt(squares / Math.max(1, count))) || 1,
    hasIndicator: count < train.length,
  }
}

/** The standardised numbers [N, k], and where any column has one the indicators [N, i]. */
function addStandardised(
  graph: GraphBuilder,
  columns: Standardised[],
  changed: ChangedNumbers,
  { numbers, numeric }: RawInputs,
): string[] {
  const slots = (of: Standardised[]) => graph.int64s(of.map(({ name }) => numeric.get(name)!))
  const picked = changed.toGraph(graph, graph.node('Gather', [numbers, slots(columns)], { axis: { int: 1 } }))
  const isAbsent = (values: string) => graph.node('Or', [graph.node('IsNaN', [values]), graph.node('IsInf', [values])])
  const means = graph.floats(columns.map(({ mean }) => mean))
  const filled = graph.node('Where', [isAbsent(picked), means, picked])
  const deviations = graph.floats(columns.map(({ deviation }) => deviation))
  const scaled = graph.node('Div', [graph.node('Sub', [filled, means]), deviations])
  const marked = columns.filter(column => column.hasIndicator)
  if (!marked.length) return [scaled]
  const raw = graph.node('Gather', [numbers, slots(marked)], { axis: { int: 1 } })
  return [scaled, graph.node('Cast', [isAbsent(raw)], { to: { int: 1 } })]
}
