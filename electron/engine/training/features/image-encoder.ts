import { AppError } from '../../../../shared/errors.ts'
import type { NumericColumn, TableColumn } from '../../../../shared/inference/table.ts'
import { formatCount } from '../../../../shared/lib/format.ts'
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
  const texts = data.table.columns.filter(({ name, kind }) => kind === 'text' && offered.has(name))
  if (columns.length !== count && texts.length) {
    const named = texts.slice(0, 5).map(({ name }) => `"${name}"`)
    throw new AppError(
      'bad-data',
      `An image of ${height} × ${width} takes ${count} columns of numbers, not ${columns.length}; these hold texts: ${named.join(', ')}${texts.length > 5 ? ', …' : ''}`,
      {
        mend: `Correct what is no number there (${firstText(texts[0]!)}) and import again, or leave out a column that is no pixel with --exclude.`,
      },
    )
  }
  if (columns.length !== count) {
    throw new AppError(
      'bad-input',
      `An image of ${height} × ${width} takes ${count} columns of numbers, not ${columns.length}`,
      {
        mend: 'Give the parameter image the height and width that the columns have; a column that is no pixel is left out with --exclude.',
      },
    )
  }
  refuseNoPixels(columns)
  return fitOneScale(data, columns)
}

/** The first row whose value is no number, where there is one. */
function firstText(column: TableColumn): string {
  if (column.kind !== 'text') return column.name
  const row = column.codes.findIndex(code => code >= 0 && !Number.isFinite(Number(column.dictionary[code])))
  return row < 0
    ? column.name
    : `row ${row + 1} of "${column.name}" is "${column.dictionary[column.codes[row]!]!.slice(0, 60)}"`
}

/** Of so many cells one may be a mistake; where more are, pixels are of another scale. */
const cellsOfMistake = 1000

/** Whole numbers nearly all of which are 0 to 255 are pixels of a byte: throws `bad-data` for the first that is none. Of another scale any number is good. */
function refuseNoPixels(columns: readonly NumericColumn[]): void {
  let [cells, strange] = [0, 0]
  for (const { values } of columns) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue
      if (!Number.isInteger(value)) return
      cells += 1
      strange += Number(value < 0 || value > 255)
    }
  }
  if (!strange || strange > Math.max(1, cells / cellsOfMistake)) return
  const { name, values } = columns.find(column => column.values.some(value => value < 0 || value > 255))!
  const row = values.findIndex(value => value < 0 || value > 255)
  throw new AppError(
    'bad-data',
    `Row ${row + 1} of the pixel "${name}" is ${values[row]}: of ${formatCount(cells)} pixels all but ${formatCount(strange)} are whole numbers from 0 to 255`,
    {
      mend: 'Correct the value, import it as missing (--missing), or leave out a column that is no pixel with --exclude.',
    },
  )
}

/**
 * Columns that measure the same in different places. All share one mean and one deviation, of the training rows; a missing or infinite
 * value, and one that is the same in all training rows, is the mean. Computed in float32, step by step as the graph does.
 */
export function fitOneScale({ features, train }: TrainingData, columns: readonly NumericColumn[]): Encoder {
  const count = columns.length
  const chosen = new Set(features)
  const used = columns.flatMap(({ name, values }, place) => (chosen.has(name) ? [{ name, values, place }] : []))
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
