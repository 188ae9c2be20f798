import { missingText } from '../../../../shared/inference/signature.ts'
import type { TextColumn } from '../../../../shared/inference/table.ts'
import type { Texts } from './texts/text-encoding.ts'

/** Most values of one text column that get a row in a table. */
const maximumPlaces = 50_000
/** Values of one text column that get a column of their own, the others encode as none of them: as many as the cells allow, in these limits. */
const categoryLimits = { fewest: 100, most: 1000, cells: 50_000_000 }

export interface Categories {
  name: string
  /** By falling count; a missing value is one of them when training rows have it. */
  labels: string[]
  /** Dictionary code + 1 → place in `labels`, or −1. */
  places: Int32Array
  codes: Int32Array
}

/** The values of a text column that are told apart: those of at least two training rows, the `most` frequent ones. */
export function findCategories(column: TextColumn, train: Int32Array, most: number): Categories {
  const counts = new Int32Array(column.dictionary.length + 1)
  for (const row of train) counts[column.codes[row]! + 1]! += 1
  const kept = Array.from(counts.keys())
    .filter(code => counts[code]! >= 2)
    .sort((a, b) => counts[b]! - counts[a]! || (labelOf(column, a) < labelOf(column, b) ? -1 : 1))
    .slice(0, most)
  const places = new Int32Array(counts.length).fill(-1)
  kept.forEach((code, place) => {
    places[code] = place
  })
  return { name: column.name, labels: kept.map(code => labelOf(column, code)), places, codes: column.codes }
}

function labelOf(column: TextColumn, code: number): string {
  return code === 0 ? missingText : column.dictionary[code - 1]!
}

/** The text columns of a matrix: those that have values to tell apart, side by side. */
export function findTexts(columns: TextColumn[], train: Int32Array): Texts {
  const { fewest, most, cells } = categoryLimits
  const allowed = Math.min(most, Math.max(fewest, Math.floor(cells / (train.length * columns.length))))
  const all = columns.map(column => findCategories(column, train, allowed)).filter(({ labels }) => labels.length > 0)
  return {
    width: all.reduce((sum, { labels }) => sum + labels.length, 0),
    groups: all.flatMap(({ labels }) => labels.map(() => labels.length)),
    names: all.flatMap(({ name, labels }) =>
      labels.map(label => (label === missingText ? `${name} is missing` : `${name} = ${label}`)),
    ),
    encode(rows, matrix, width, offset) {
      let from = offset
      for (const { places, codes, labels } of all) {
        for (let i = 0; i < rows.length; i += 1) {
          const place = places[codes[rows[i]!]! + 1]!
          if (place >= 0) matrix[i * width + from + place] = 1
        }
        from += labels.length
      }
    },
    toGraph: (graph, slots) =>
      all.map(({ name, labels }) => {
        const slot = graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(slots.get(name)!)) })
        const column = graph.node('Gather', ['text', slot], { axis: { int: 1 } })
        return graph.node('ml.OneHotEncoder', [column], { cats_strings: { strings: labels }, zeros: { int: 1 } })
      }),
  }
}

/** The text columns as places in a table of `rows` rows: each column has rows of its own, the last of them for what is not told apart. */
export function findPlaces(columns: TextColumn[], train: Int32Array): Texts & { rows: number } {
  let rows = 0
  const all = columns
    .map(column => findCategories(column, train, maximumPlaces))
    .filter(({ labels }) => labels.length > 0)
    .map(found => {
      const from = rows
      rows += found.labels.length + 1
      return { ...found, from }
    })
  return {
    rows,
    width: all.length,
    groups: [],
    names: all.map(({ name }) => name),
    encode(selected, matrix, width, offset) {
      all.forEach(({ places, codes, labels, from }, column) => {
        for (let i = 0; i < selected.length; i += 1) {
          const place = places[codes[selected[i]!]! + 1]!
          matrix[i * width + offset + column] = from + (place < 0 ? labels.length : place)
        }
      })
    },
    toGraph: (graph, slots) =>
      all.map(({ name, labels, from }) => {
        const column = graph.node('Gather', ['text', graph.int64s([slots.get(name)!])], { axis: { int: 1 } })
        return graph.node('ml.LabelEncoder', [column], {
          keys_strings: { strings: labels },
          values_floats: { floats: labels.map((_, place) => from + place) },
          default_float: { float: from + labels.length },
        })
      }),
  }
}
