import type { TrainingData } from '../algorithm.ts'
import { addCategories, categoryNames, encodeCategories, findCategories } from './categories.ts'
import { columnsOf } from './columns.ts'
import type { Encoder } from './encoder.ts'

/** For trees. Numbers as they are, missing as NaN (a split learns where it goes); texts as one column a value. */
export function fitTreeEncoder(data: TrainingData): Encoder {
  const { numeric, text } = columnsOf(data)
  const categories = text.map(column => findCategories(column, data.train)).filter(({ labels }) => labels.length > 0)
  const width = numeric.length + categories.reduce((sum, { labels }) => sum + labels.length, 0)
  return {
    width,
    names: [...numeric.map(({ name }) => name), ...categories.flatMap(categoryNames)],
    encode(rows) {
      const matrix = new Float32Array(rows.length * width)
      numeric.forEach(({ values }, i) => {
        for (let at = 0; at < rows.length; at += 1) matrix[at * width + i] = values[rows[at]!]!
      })
      let offset = numeric.length
      for (const category of categories) {
        encodeCategories(category, rows, matrix, width, offset)
        offset += category.labels.length
      }
      return matrix
    },
    toGraph(graph, inputs) {
      const parts: string[] = []
      if (numeric.length) {
        const slots = graph.int64s(numeric.map(({ name }) => inputs.numeric.get(name)!))
        parts.push(graph.node('Gather', ['numeric', slots], { axis: { int: 1 } }))
      }
      for (const category of categories) parts.push(addCategories(graph, category, inputs.text.get(category.name)!))
      return parts.length === 1 ? parts[0]! : graph.node('Concat', parts, { axis: { int: 1 } })
    },
  }
}
