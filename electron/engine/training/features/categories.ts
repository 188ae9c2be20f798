import { missingText } from '../../../../shared/inference/signature.ts'
import type { TextColumn } from '../../../../shared/inference/table.ts'
import type { GraphBuilder } from '../../runtime/index.ts'

/** Most values of one text column that get a column of their own; the others encode as none of them. */
export const maximumCategories = 100

/** The values of a text column that are told apart: those of at least two training rows, the most frequent ones. */
export interface Categories {
  name: string
  /** By falling count; a missing value is one of them when training rows have it. */
  labels: string[]
  /** Dictionary code + 1 → place in `labels`, or −1. */
  places: Int32Array
  codes: Int32Array
}

export function findCategories(column: TextColumn, train: Int32Array): Categories {
  const counts = new Int32Array(column.dictionary.length + 1)
  for (const row of train) counts[column.codes[row]! + 1]! += 1
  const kept = Array.from(counts.keys())
    .filter(code => counts[code]! >= 2)
    .sort((a, b) => counts[b]! - counts[a]! || (labelOf(column, a) < labelOf(column, b) ? -1 : 1))
    .slice(0, maximumCategories)
  const places = new Int32Array(counts.length).fill(-1)
  kept.forEach((code, place) => {
    places[code] = place
  })
  return { name: column.name, labels: kept.map(code => labelOf(column, code)), places, codes: column.codes }
}

function labelOf(column: TextColumn, code: number): string {
  return code === 0 ? missingText : column.dictionary[code - 1]!
}

export function categoryNames({ name, labels }: Categories): string[] {
  return labels.map(label => (label === missingText ? `${name} is missing` : `${name} = ${label}`))
}

/** Writes the one 1 of each row into a matrix of zeros, row-major [rows.length, width], from column `offset` on. */
export function encodeCategories(
  { places, codes }: Categories,
  rows: Int32Array,
  matrix: Float32Array,
  width: number,
  offset: number,
): void {
  for (let i = 0; i < rows.length; i += 1) {
    const place = places[codes[rows[i]!]! + 1]!
    if (place >= 0) matrix[i * width + offset + place] = 1
  }
}

/** The same as a node: float32 [N, labels.length]. */
export function addCategories(graph: GraphBuilder, { labels }: Categories, slot: number): string {
  const column = graph.node(
    'Gather',
    ['text', graph.constant({ type: 'int64', dims: [], data: BigInt64Array.of(BigInt(slot)) })],
    {
      axis: { int: 1 },
    },
  )
  return graph.node('ml.OneHotEncoder', [column], { cats_strings: { strings: labels }, zeros: { int: 1 } })
}
