import { AppError } from '../../../../shared/errors.ts'
import type { NumericColumn } from '../../../../shared/inference/table.ts'
import type { TrainingData } from '../algorithm.ts'
import type { Encoder } from './encoder.ts'

/**
 * For networks that look at images: the columns of numbers that are there to be learned from are the pixels, row by row; one that is the same in
 * all rows keeps its place. Throws `bad-input` where they are not `height` × `width`.
 */
export function fitImageEncoder(data: TrainingData, height: number, width: number): Encoder {
  const count = height * width
  const offered = new Set(data.offered ?? data.features)
  const columns = data.table.columns.filter(column => column.kind === 'numeric').filter(({ name }) => offered.has(name))
  if (columns.length !== count) {
    throw new AppError(
      'bad-input',
      `An image of ${height} × ${width} takes ${count} columns of numbers, not ${columns.length}`,
      {
        mend: 'Give the parameter image the height and width that the columns have; a column that is no pixel is left out with --exclude.',
      },
    )
  }
  return fitOneScale(data, columns)
}

/**
 * Columns that measure the same in different places. All share one mean and one deviation, of the training rows; a missing or infinite
 * value, and one that is the same in all training rows, is the mean. Computed in float32, step by step as the graph does.
 */
export function fitOneScale({ features, train }: TrainingData, columns: readonly NumericColumn[]): Encoder {
  const count = columns.length
  const used = columns.flatMap(({ name, values }, place) => (features.includes(name) ? [{ name, values, place }] : []))
  let [sum, squares, cells] = [0, 0, 0]
  for (const { values } of used) {
    for (const row of train) {
      const value = values[row]!
      if (!Number.isFinite(value)) continue
      sum += value
      squares += value * value
      cells += 1
    }
  }
  const mean = Math.fround(sum / Math.max(1, cells))
  const deviation = Math.fround(Math.sqrt(Math.max(0, squares / Math.max(1, cells) - mean * mean))) || 1
  return {
    width: count,
    names: columns.map(({ name }) => name),
    encode(rows) {
      const matrix = new Float32Array(rows.length * count)
      for (const { values, place } of used) {
        for (let at = 0; at < rows.length; at += 1) {
          const value = values[rows[at]!]!
          if (Number.isFinite(value)) matrix[at * count + place] = Math.fround(Math.fround(value) - mean) / deviation
        }
      }
      return matrix
    },
    toGraph(graph, { numbers, numeric }) {
      const slots = graph.int64s(used.map(({ name }) => numeric.get(name)!))
      const picked = graph.node('Gather', [numbers, slots], { axis: { int: 1 } })
      const isAbsent = graph.node('Or', [graph.node('IsNaN', [picked]), graph.node('IsInf', [picked])])
      const filled = graph.node('Where', [isAbsent, graph.float(mean), picked])
      const scaled = graph.node('Div', [graph.node('Sub', [filled, graph.float(mean)]), graph.float(deviation)])
      // The places that are not inputs are read from a column of zeros at the end.
      const padded = graph.node('Pad', [scaled, graph.int64s([0, 0, 0, 1])])
      const places = columns.map((_, place) => {
        const slot = used.findIndex(each => each.place === place)
        return slot < 0 ? used.length : slot
      })
      return graph.node('Gather', [padded, graph.int64s(places)], { axis: { int: 1 } })
    },
  }
}
