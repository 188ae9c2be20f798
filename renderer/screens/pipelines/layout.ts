/** An arrow, by the numbers of its ends. */
export interface Arrow {
  from: number
  to: number
}

/** A column, from 0, and a height in rows, which need not be whole. */
export interface Spot {
  column: number
  row: number
}

export interface Layout {
  /** Of each node; those of a column lie a row or more apart. */
  places: Spot[]
  /** Of each arrow: where it passes the columns between its ends, clear of all nodes; none for one that points back. */
  bends: Spot[][]
  columns: number
  rows: number
}

const sweeps = 12
/** Rows that an arrow takes where it passes a column; a node takes one. */
const passing = 0.4
/** Rows between parts that nothing joins. */
const apart = 0.25

/**
 * A layered drawing from left to right (Sugiyama, Tagawa and Toda 1981): cycles are opened, each node lies right of all that
 * led to it, long arrows get a place in each column that they pass, crossings are thinned out by barycentres, and each node
 * lies as near to the middle of its neighbours as its column lets it. Parts that nothing joins lie below each other, in the
 * order of their first nodes. Deterministic; O(sweeps × (nodes + columns passed by arrows)).
 */
export function layOut(count: number, arrows: readonly Arrow[]): Layout {
  const opened = openCycles(count, arrows)
  const column = columnsOf(opened)
  const { passed, ...ways } = withPassages(arrows, opened, column)
  const row = new Array<number>(column.length).fill(0)
  const height = (node: number) => (node < count ? 1 : passing)
  let top = 0
  for (const part of partsOf(ways)) {
    settle(part, { ...ways, column, row, height })
    const upper = part.reduce((least, node) => Math.min(least, row[node]! - height(node) / 2), Number.POSITIVE_INFINITY)
    const lower = part.reduce((most, node) => Math.max(most, row[node]! + height(node) / 2), Number.NEGATIVE_INFINITY)
    // A node in row 0 reaches half a row up from there.
    for (const node of part) row[node]! += top - upper - 0.5
    top += lower - upper + apart
  }
  const spots = row.map((each, node) => ({ column: column[node]!, row: each }))
  return {
    places: spots.slice(0, count),
    bends: passed.map(nodes => nodes.map(node => spots[node]!)),
    columns: column.reduce((most, each) => Math.max(most, each + 1), 0),
    rows: Math.max(0, top - apart),
  }
}

interface Ways {
  before: number[][]
  after: number[][]
}

/** Neighbours without the arrows that close a ring, and an order in which each node follows what leads to it. */
function openCycles(count: number, arrows: readonly Arrow[]): Ways & { order: number[] } {
  const all = lists(count)
  for (const { from, to } of arrows) all[from]!.push(to)
  const [before, after] = [lists(count), lists(count)]
  const isOpen = new Array<boolean>(count).fill(false)
  const isDone = new Array<boolean>(count).fill(false)
  const order: number[] = []
  // What nothing leads to begins, so that of a ring with an entrance the arrow back is left out.
  const hasArrow = new Set(arrows.map(({ to }) => to))
  const starts = Array.from({ length: count }, (_, node) => node).sort(
    (a, b) => Number(hasArrow.has(a)) - Number(hasArrow.has(b)),
  )
  // Iterative, since a chain may be as long as the graph.
  for (const start of starts) {
    const path: { node: number; next: number }[] = isDone[start] ? [] : [{ node: start, next: 0 }]
    if (path.length) isOpen[start] = true
    while (path.length) {
      const top = path.at(-1)!
      const to = all[top.node]![top.next]
      top.next += 1
      if (to === undefined) {
        path.pop()
        isOpen[top.node] = false
        isDone[top.node] = true
        order.push(top.node)
      } else if (!isOpen[to]) {
        before[to]!.push(top.node)
        after[top.node]!.push(to)
        if (!isDone[to]) {
          isOpen[to] = true
          path.push({ node: to, next: 0 })
        }
      }
    }
  }
  return { before, after, order: order.reverse() }
}

/** The longest way to each node; then what led to more than led to it is drawn to the right, nearer to what it led to. */
function columnsOf({ order, before, after }: Ways & { order: number[] }): number[] {
  const column = new Array<number>(order.length).fill(0)
  for (const node of order) column[node] = before[node]!.reduce((most, each) => Math.max(most, column[each]! + 1), 0)
  for (const node of order.toReversed()) {
    const next = after[node]!
    if (next.length > 0 && next.length >= before[node]!.length)
      column[node] = next.reduce((least, each) => Math.min(least, column[each]!), Number.POSITIVE_INFINITY) - 1
  }
  return column
}

/** The ways cut into steps from column to column, with a place for each arrow in each column that it passes; adds their columns. */
function withPassages(arrows: readonly Arrow[], { before }: Ways, column: number[]): Ways & { passed: number[][] } {
  const passed = arrows.map(({ from, to }) => {
    if (!before[to]!.includes(from)) return []
    const first = column.length
    for (let at = column[from]! + 1; at < column[to]!; at += 1) column.push(at)
    return Array.from({ length: column.length - first }, (_, i) => first + i)
  })
  const ways = { before: lists(column.length), after: lists(column.length) }
  for (const [i, { from, to }] of arrows.entries()) {
    if (!before[to]!.includes(from)) continue
    const way = [from, ...passed[i]!, to]
    for (const [step, node] of way.slice(1).entries()) {
      ways.before[node]!.push(way[step]!)
      ways.after[way[step]!]!.push(node)
    }
  }
  return { ...ways, passed }
}

/** The nodes that ways join, whichever way they lead. */
function partsOf({ before, after }: Ways): number[][] {
  const seen = new Set<number>()
  const parts: number[][] = []
  for (const start of before.keys()) {
    if (seen.has(start)) continue
    const part = new Set([start])
    // A set that grows while it is gone through is gone through to its end.
    for (const node of part) for (const next of [...before[node]!, ...after[node]!]) part.add(next)
    for (const node of part) seen.add(node)
    parts.push([...part])
  }
  return parts
}

interface Drawing extends Ways {
  column: number[]
  row: number[]
  height(node: number): number
}

/** Writes the rows of one part: columns are swept to and fro, each node drawn to its neighbours of the column before. */
function settle(part: number[], { before, after, column, row, height }: Drawing): void {
  const members = [...Map.groupBy(part, node => column[node]!)].sort(([a], [b]) => a - b).map(([, nodes]) => nodes)
  for (const nodes of members) for (const [i, node] of nodes.entries()) row[node] = i - nodes.length / 2
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const isForward = sweep % 2 === 0
    for (const nodes of isForward ? members : members.toReversed()) {
      const wanted = new Map(
        nodes.map(node => {
          const near = isForward ? before[node]! : after[node]!
          return [node, near.length ? mean(near.map(each => row[each]!)) : row[node]!]
        }),
      )
      nodes.sort((a, b) => wanted.get(a)! - wanted.get(b)! || row[a]! - row[b]!)
      const settled = keepApart(
        nodes.map(node => wanted.get(node)!),
        nodes.map(height),
      )
      for (const [i, node] of nodes.entries()) row[node] = settled[i]!
    }
  }
}

const lists = (count: number): number[][] => Array.from({ length: count }, () => [])
const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

/** The middles nearest to those wanted (least squares) whose order stays and whose heights do not overlap: pool adjacent violators. */
function keepApart(wanted: number[], heights: number[]): number[] {
  let reach = 0
  const offsets = heights.map((height, i) => {
    reach += i === 0 ? 0 : (heights[i - 1]! + height) / 2
    return reach
  })
  const blocks: { sum: number; size: number }[] = []
  for (const [i, value] of wanted.entries()) {
    let block = { sum: value - offsets[i]!, size: 1 }
    for (let last = blocks.at(-1); last && last.sum / last.size > block.sum / block.size; last = blocks.at(-1)) {
      blocks.pop()
      block = { sum: block.sum + last.sum, size: block.size + last.size }
    }
    blocks.push(block)
  }
  const settled = blocks.flatMap(({ sum, size }) => new Array<number>(size).fill(sum / size))
  return settled.map((value, i) => value + offsets[i]!)
}
