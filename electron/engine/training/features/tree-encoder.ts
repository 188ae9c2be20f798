import type { TrainingData } from '../algorithm.ts'
import { findTexts } from './categories.ts'
import { columnsOf } from './columns.ts'
import type { Encoder } from './encoder.ts'

export interface TreeEncoder extends Encoder {
  /** Writes one column of the matrix at these rows. */
  write(column: number, rows: Int32Array, into: Float32Array): void
}

/** For trees. Numbers as they are, missing as NaN (a split learns where it goes); texts as one column a value. */
export function fitTreeEncoder(data: TrainingData): TreeEncoder {
  const { numeric, text } = columnsOf(data)
  const texts = findTexts(text, data.train)
  const width = numeric.length + texts.width
  return {
    width,
    names: [...numeric.map(({ name }) => name), ...texts.names],
    encode(rows) {
      const matrix = new Float32Array(rows.length * width)
      numeric.forEach(({ values }, i) => {
        for (let at = 0; at < rows.length; at += 1) matrix[at * width + i] = values[rows[at]!]!
      })
      texts.encode(rows, matrix, width, numeric.length)
      return matrix
    },
    write(column, rows, into) {
      const values = numeric[column]?.values
      if (!values) return texts.write(column - numeric.length, rows, into)
      for (let at = 0; at < rows.length; at += 1) into[at] = values[rows[at]!]!
    },
    toGraph(graph, inputs) {
      const parts: string[] = []
      if (numeric.length) {
        const slots = graph.int64s(numeric.map(({ name }) => inputs.numeric.get(name)!))
        parts.push(graph.node('Gather', ['numeric', slots], { axis: { int: 1 } }))
      }
      parts.push(...texts.toGraph(graph, inputs.text))
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 1 } })
    },
  }
}
