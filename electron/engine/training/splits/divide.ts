import type { Numbers, TableColumn } from '../../../../shared/inference/table.ts'
import type { Pcg32 } from '../../numerics/index.ts'
import type { Target } from '../target.ts'

/** Row indices of the table that have a target, in parts that share no row. */
export type Rows = readonly number[] | Int32Array

/** One list of rows a class, one in all for regression; ascending. */
export function rowsByClass(rows: Rows, { classes, values }: Pick<Target, 'classes' | 'values'>): number[][] {
  const lists = Array.from({ length: Math.max(1, classes.length) }, (): number[] => [])
  for (const row of rows) lists[classes.length ? values[row]! : 0]!.push(row)
  return lists
}

/** Drawn: of each class the same shares; what rounding leaves falls to the last part. */
export function drawParts(classes: readonly number[][], shares: readonly number[], random: Pcg32): number[][] {
  const parts = shares.map((): number[] => [])
  for (const rows of classes) {
    random.shuffle(rows)
    let from = 0
    shares.forEach((share, part) => {
      const to = part === shares.length - 1 ? rows.length : from + Math.round(rows.length * share)
      for (const row of rows.slice(from, to)) parts[part]!.push(row)
      from = to
    })
  }
  return parts
}

/** Drawn: parts of the same size, each class dealt out like cards, so that no part is without a class that has rows for all. */
export function dealParts(classes: readonly number[][], count: number, random: Pcg32): number[][] {
  const parts = Array.from({ length: count }, (): number[] => [])
  let next = 0
  for (const rows of classes) {
    for (const row of random.shuffle(rows)) parts[next++ % count]!.push(row)
  }
  return parts
}

/** By time, the oldest first: each part has about its share of the rows, rows of one moment are in one part, and those without are in none. */
export function cutByOrder(rows: Rows, values: Numbers, shares: readonly number[]): number[][] {
  const order = Array.from(rows, row => row)
    .filter(row => !Number.isNaN(values[row]!))
    .sort((a, b) => values[a]! - values[b]! || a - b)
  let from = 0
  let wanted = 0
  return shares.map((share, part) => {
    wanted += share * order.length
    let to = part === shares.length - 1 ? order.length : Math.max(from, Math.round(wanted))
    while (to > from && to < order.length && values[order[to]!] === values[order[to - 1]!]) to += 1
    const taken = order.slice(from, to)
    from = to
    return taken
  })
}

/**
 * By group, none in two parts: the largest first, equal ones in drawn order, each to the part whose rows (of every class) lack most of
 * their share. A row without a group is in none.
 */
export function spreadGroups(
  rows: Rows,
  column: TableColumn,
  { target, shares, random }: { target: Pick<Target, 'classes' | 'values'>; shares: readonly number[]; random: Pcg32 },
): number[][] {
  const width = Math.max(1, target.classes.length)
  const classOf = (row: number) => (target.classes.length ? target.values[row]! : 0)
  const groups = groupRows(rows, column)
  const totals = new Float64Array(width)
  for (const group of groups) for (const row of group) totals[classOf(row)]! += 1
  const order = random
    .shuffle(groups.map((_, i) => i))
    .map(i => groups[i]!)
    .sort((a, b) => b.length - a.length)
  const lacking = shares.map(share => totals.map(total => total * share))
  const parts = shares.map((): number[] => [])
  for (const group of order) {
    const counts = new Float64Array(width)
    for (const row of group) counts[classOf(row)]! += 1
    let best = 0
    let most = Number.NEGATIVE_INFINITY
    lacking.forEach((lack, part) => {
      // The less far from its share over all classes the better: what this group takes away from the sum of squares.
      let gain = 0
      for (let k = 0; k < width; k += 1) {
        if (totals[k]) gain += (counts[k]! * (2 * lack[k]! - counts[k]!)) / (totals[k]! * shares[part]!) ** 2
      }
      if (gain > most) {
        most = gain
        best = part
      }
    })
    for (let k = 0; k < width; k += 1) lacking[best]![k]! -= counts[k]!
    for (const row of group) parts[best]!.push(row)
  }
  return parts
}

/** The rows of each value of a column, in the order of the first row of each; rows without one are in none. */
function groupRows(rows: Rows, column: TableColumn): number[][] {
  const groups = new Map<number, number[]>()
  const cells = column.kind === 'text' ? column.codes : column.values
  for (const row of rows) {
    const cell = cells[row]!
    if (column.kind === 'text' ? cell < 0 : Number.isNaN(cell)) continue
    const group = groups.get(cell)
    if (group) group.push(row)
    else groups.set(cell, [row])
  }
  return [...groups.values()]
}
