import type { Numbers, Table, TableColumn } from '../../../shared/inference/table.ts'

/** Columns whose likeness is at least this are shuffled together. */
const leastLikeness = 0.9
const mostRows = 2000
const mostCategories = 50

/**
 * Groups of columns that tell nearly the same, by single linkage: numbers by the size of Spearman's rank correlation, texts by Cramér's V.
 * Every column is in one group, in the table's order. Missing values are one rank, and one category.
 */
export function groupSimilar(table: Table): string[][] {
  const prepared = prepareAll(table)
  const leader = table.columns.map((_, i) => i)
  const leaderOf = (i: number): number => (leader[i] === i ? i : leaderOf(leader[i]!))
  for (let i = 0; i < leader.length; i += 1) {
    for (let j = 0; j < i; j += 1) {
      if (leaderOf(i) === leaderOf(j)) continue
      if (likeness(prepared[i]!, prepared[j]!) >= leastLikeness) leader[leaderOf(i)] = leaderOf(j)
    }
  }
  const groups = new Map<number, string[]>()
  table.columns.forEach(({ name }, i) => {
    const own = groups.get(leaderOf(i))
    if (own) own.push(name)
    else groups.set(leaderOf(i), [name])
  })
  return [...groups.values()]
}

/** For each of these columns the other that is most like it; null where none is like it at all. */
export function mostAlike(
  table: Table,
  names: readonly string[],
): Map<string, { column: string; likeness: number } | null> {
  const prepared = prepareAll(table)
  const found = (name: string) => {
    const at = table.columns.findIndex(column => column.name === name)
    const others = prepared.map((other, i) => (i === at ? 0 : likeness(prepared[at]!, other)))
    const best = others.reduce((most, value, i) => (value > others[most]! ? i : most), 0)
    return others[best]! > 0 ? { column: table.columns[best]!.name, likeness: Math.min(1, others[best]!) } : null
  }
  return new Map(names.map(name => [name, found(name)]))
}

function prepareAll(table: Table): Prepared[] {
  const step = Math.max(1, Math.ceil(table.rows / mostRows))
  const rows = Int32Array.from({ length: Math.ceil(table.rows / step) }, (_, i) => i * step)
  return table.columns.map(column => prepare(column, rows))
}

/** A column's ranks or categories at some rows; neither for a column of one value. */
interface Prepared {
  ranks: Float64Array | null
  codes: Codes | null
}

export function prepare(column: TableColumn, rows: Int32Array): Prepared {
  if (column.kind === 'text') return { ranks: null, codes: frequentCodes(column, rows) }
  return { ranks: standardRanks(column.values, rows), codes: null }
}

/** 0 to 1: |Spearman's ρ| of two columns of numbers, Cramér's V of two of texts; 0 for one of each. */
export function likeness(one: Prepared, other: Prepared): number {
  if (one.ranks && other.ranks) return Math.abs(dot(one.ranks, other.ranks))
  return one.codes && other.codes ? cramersV(one.codes, other.codes) : 0
}

/** Ranks with mean 0 and length 1, ties in the middle; null for a column of one value. */
function standardRanks(values: Numbers, rows: Int32Array): Float64Array | null {
  const at = (i: number) => (Number.isNaN(values[rows[i]!]) ? Number.NEGATIVE_INFINITY : values[rows[i]!]!)
  const order = Int32Array.from(rows.keys()).sort((a, b) => (at(a) === at(b) ? 0 : at(a) < at(b) ? -1 : 1))
  const ranks = new Float64Array(rows.length)
  for (let from = 0; from < order.length; ) {
    let to = from + 1
    while (to < order.length && at(order[to]!) === at(order[from]!)) to += 1
    for (let i = from; i < to; i += 1) ranks[order[i]!] = (from + to - 1) / 2 - (order.length - 1) / 2
    from = to
  }
  const length = Math.sqrt(dot(ranks, ranks))
  return length > 0 ? ranks.map(rank => rank / length) : null
}

function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0)
}

interface Codes {
  /** One a row. */
  codes: Int32Array
  count: number
}

/** The most frequent categories, each with a number of its own; the others share the last one. Null for one category. */
function frequentCodes(column: TableColumn & { kind: 'text' }, rows: Int32Array): Codes | null {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(column.codes[row]!, (counts.get(column.codes[row]!) ?? 0) + 1)
  const kept = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostCategories)
  const places = new Map(kept.map(([code], place) => [code, place]))
  const count = Math.min(counts.size, mostCategories + 1)
  return count < 2
    ? null
    : { codes: Int32Array.from(rows, row => places.get(column.codes[row]!) ?? kept.length), count }
}

/** Cramér 1946: √(χ² / (n · (smaller count − 1))), 0 to 1. */
function cramersV(a: Codes, b: Codes): number {
  const [cells, ofA, ofB] = [new Float64Array(a.count * b.count), new Float64Array(a.count), new Float64Array(b.count)]
  const rows = a.codes.length
  for (let i = 0; i < rows; i += 1) {
    cells[a.codes[i]! * b.count + b.codes[i]!]! += 1
    ofA[a.codes[i]!]! += 1
    ofB[b.codes[i]!]! += 1
  }
  let sum = 0
  cells.forEach((count, cell) => {
    const expected = (ofA[Math.floor(cell / b.count)]! * ofB[cell % b.count]!) / rows
    if (expected > 0) sum += (count - expected) ** 2 / expected
  })
  return Math.sqrt(sum / (rows * (Math.min(a.count, b.count) - 1)))
}
