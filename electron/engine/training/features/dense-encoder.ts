import type { NumericColumn } from '../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../runtime/index.ts'
import type { RawInputs, TrainingData } from '../algorithm.ts'
import { findPlaces, findTexts, type Texts } from './categories.ts'
import { columnsOf } from './columns.ts'
import type { Encoder } from './encoder.ts'

interface Standardised {
  name: string
  values: Float64Array
  mean: number
  deviation: number
  /** Whether a column of its own says that the value is missing. */
  hasIndicator: boolean
}

export interface DenseEncoder extends Encoder {
  /** Columns of numbers, which come first. */
  numbers: number
  /** One a column of zeros and ones, which come after them: how many stand side by side for the same text; 1 for "is missing". */
  groups: number[]
}

/**
 * For linear models and networks. Numbers: (x − mean) / standard deviation of the training rows; a missing or infinite
 * value becomes the mean, and a column of its own says so where training rows have such values. Texts: one column a value.
 * Computed in float32, step by step as the graph does.
 */
export function fitDenseEncoder(data: TrainingData): DenseEncoder {
  return encoderOf(data, findTexts(columnsOf(data).text, data.train))
}

/** The same, but each text is one column at the end: the place of its value in a table of `rows` rows, which all columns share. */
export function fitTableEncoder(data: TrainingData): Encoder & { columns: number; rows: number } {
  const places = findPlaces(columnsOf(data).text, data.train)
  return { ...encoderOf(data, places), columns: places.width, rows: places.rows }
}

function encoderOf(data: TrainingData, texts: Texts): DenseEncoder {
  const { numeric } = columnsOf(data)
  const standardised = numeric.map(column => standardise(column, data.train))
  const indicators = standardised.filter(column => column.hasIndicator)
  const textFrom = standardised.length + indicators.length
  const width = textFrom + texts.width
  return {
    width,
    numbers: standardised.length,
    groups: [...indicators.map(() => 1), ...texts.groups],
    names: [
      ...standardised.map(({ name }) => name),
      ...indicators.map(({ name }) => `${name} is missing`),
      ...texts.names,
    ],
    encode(rows) {
      const matrix = new Float32Array(rows.length * width)
      standardised.forEach((column, i) => {
        const { values, mean, deviation } = column
        const indicator = standardised.length + indicators.indexOf(column)
        for (let at = 0; at < rows.length; at += 1) {
          const value = values[rows[at]!]!
          if (Number.isFinite(value)) matrix[at * width + i] = Math.fround(Math.fround(value) - mean) / deviation
          else if (column.hasIndicator) matrix[at * width + indicator] = 1
        }
      })
      texts.encode(rows, matrix, width, textFrom)
      return matrix
    },
    toGraph(graph, inputs) {
      const parts: string[] = []
      if (standardised.length) parts.push(...addStandardised(graph, standardised, inputs))
      parts.push(...texts.toGraph(graph, inputs.text))
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 1 } })
    },
  }
}

function standardise({ name, values }: NumericColumn, train: Int32Array): Standardised {
  let count = 0
  let mean = 0
  let squares = 0
  for (const row of train) {
    const value = values[row]!
    if (!Number.isFinite(value)) continue
    count += 1
    const delta = value - mean
    mean += delta / count
    squares += delta * (value - mean)
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
function addStandardised(graph: GraphBuilder, columns: Standardised[], { numbers, numeric }: RawInputs): string[] {
  const slots = (of: Standardised[]) => graph.int64s(of.map(({ name }) => numeric.get(name)!))
  const picked = graph.node('Gather', [numbers, slots(columns)], { axis: { int: 1 } })
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
