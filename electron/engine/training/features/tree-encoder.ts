import type { TrainingData } from '../algorithm.ts'
import { findTexts } from './categories.ts'
import { columnsOf } from './columns.ts'
import type { Encoder } from './encoder.ts'

/** For trees. Numbers as they are, missing as NaN (a split learns where it goes); texts as one column a value. */
export function fitTreeEncoder(data: TrainingData): Encoder {
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
