import type { TrainingData } from '../algorithm.ts'
import { findCategories } from './categories.ts'
import { columnsOf } from './columns.ts'
import type { Encoder } from './encoder.ts'

export interface TreeEncoder extends Encoder {
  /** 0 for a column of numbers; else how many texts are told apart: 0, 1, … stand for them, this number for all others. */
  categories(column: number): number
  /** Of a column of texts, what 0, 1, … stand for. */
  labels(column: number): readonly string[]
  /** Writes one column of the matrix at these rows. */
  write(column: number, rows: Int32Array, into: Float32Array): void
}

/**
 * For trees. Numbers as they are, missing as NaN (a split learns where it goes); a text as the place of its value among the column's
 * `mostCategories` most frequent ones, where a missing text is a value like others.
 */
export function fitTreeEncoder(data: TrainingData, mostCategories: number): TreeEncoder {
  const { numeric, text } = columnsOf(data)
  const texts = text
    .map(column => findCategories(column, data.train, mostCategories))
    .filter(({ labels }) => labels.length > 0)
  const width = numeric.length + texts.length
  const put = (column: number, rows: Int32Array, into: Float32Array, stride: number, from: number) => {
    const values = numeric[column]?.values
    if (values) {
      for (let at = 0; at < rows.length; at += 1) into[at * stride + from] = values[rows[at]!]!
      return
    }
    const { codes, places, labels } = texts[column - numeric.length]!
    const told = Float32Array.from(places, place => (place < 0 ? labels.length : place))
    for (let at = 0; at < rows.length; at += 1) into[at * stride + from] = told[codes[rows[at]!]! + 1]!
  }
  return {
    width,
    names: [...numeric, ...texts].map(({ name }) => name),
    categories: column => texts[column - numeric.length]?.labels.length ?? 0,
    labels: column => texts[column - numeric.length]?.labels ?? [],
    encode(rows) {
      const matrix = new Float32Array(rows.length * width)
      for (let column = 0; column < width; column += 1) put(column, rows, matrix, width, column)
      return matrix
    },
    write: (column, rows, into) => put(column, rows, into, 1, 0),
    toGraph(graph, inputs) {
      const parts: string[] = []
      if (numeric.length) {
        const slots = graph.int64s(numeric.map(({ name }) => inputs.numeric.get(name)!))
        parts.push(graph.node('Gather', [inputs.numbers, slots], { axis: { int: 1 } }))
      }
      for (const { name, labels } of texts) {
        const column = graph.node('Gather', ['text', graph.int64s([inputs.text.get(name)!])], { axis: { int: 1 } })
        parts.push(
          graph.node('ml.LabelEncoder', [column], {
            keys_strings: { strings: labels },
            values_floats: { floats: labels.map((_, place) => place) },
            default_float: { float: labels.length },
          }),
        )
      }
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 1 } })
    },
  }
}
