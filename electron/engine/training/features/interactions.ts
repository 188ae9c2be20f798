import type { GraphBuilder } from '../../runtime/index.ts'
import type { Standardised } from './dense-encoder.ts'

/** The first so many columns are multiplied with each other: 780 products. */
const mostColumns = 40

/** Columns that are products of two others. */
export interface Products {
  width: number
  names: string[]
  /** Multiplies what lies in the matrix's first columns, in the order in which the products were found. */
  encode(rows: Int32Array, matrix: Float32Array, width: number, offset: number): void
  /** Of the standardised numbers [N, k] the products [N, width]; none where there are none. */
  toGraph(graph: GraphBuilder, standardised: string): string[]
}

/**
 * The products of any two standardised columns of numbers, each less its mean and by its deviation over the training rows: what two
 * numbers say only together. A missing number counts as the mean, 0, so that its products are the same for all. Float32 step by step.
 */
export function findProducts(standardised: readonly Standardised[], train: Int32Array): Products {
  const columns = standardised.slice(0, mostColumns)
  const valueAt = ({ values, mean, deviation }: Standardised, row: number) => {
    const value = values[row]!
    return Number.isFinite(value) ? Math.fround(Math.fround(Math.fround(value) - mean) / deviation) : 0
  }
  const pairs = columns.flatMap((first, i) =>
    columns.slice(i + 1).map((second, j) => {
      let [sum, squares] = [0, 0]
      for (const row of train) {
        const product = Math.fround(valueAt(first, row) * valueAt(second, row))
        sum += product
        squares += product * product
      }
      const mean = sum / train.length
      const deviation = Math.sqrt(Math.max(0, squares / train.length - mean * mean))
      const name = `${first.name} × ${second.name}`
      return { name, first: i, second: i + 1 + j, mean: Math.fround(mean), deviation: Math.fround(deviation) || 1 }
    }),
  )
  return {
    width: pairs.length,
    names: pairs.map(({ name }) => name),
    encode(rows, matrix, width, offset) {
      for (let at = 0; at < rows.length * width; at += width) {
        pairs.forEach(({ first, second, mean, deviation }, place) => {
          const product = Math.fround(matrix[at + first]! * matrix[at + second]!)
          matrix[at + offset + place] = Math.fround(product - mean) / deviation
        })
      }
    },
    toGraph(graph, own) {
      if (!pairs.length) return []
      const picked = (places: number[]) => graph.node('Gather', [own, graph.int64s(places)], { axis: { int: 1 } })
      const products = graph.node('Mul', [
        picked(pairs.map(({ first }) => first)),
        picked(pairs.map(({ second }) => second)),
      ])
      const centred = graph.node('Sub', [products, graph.floats(pairs.map(({ mean }) => mean))])
      return [graph.node('Div', [centred, graph.floats(pairs.map(({ deviation }) => deviation))])]
    },
  }
}
