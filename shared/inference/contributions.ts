import type { Output, RawRow } from './signature.ts'

/** What each column that differs from a baseline row adds to the answer. */
export interface Contributions {
  /** Of each output: the answer to the baseline row, and to the row. */
  base: number[]
  answer: number[]
  /** Largest first, by the output that moved most. They add up to answer − base. */
  parts: Contribution[]
  /** False when orders of the columns were drawn instead of all being counted: then parts have errors. */
  isExact: boolean
}

export interface Contribution {
  column: string
  /** One an output. */
  values: number[]
  /** Standard errors, one an output. */
  errors: number[]
}

/** So many columns at most are counted in all their subsets, 1024 of them. */
const mostExact = 10
/** Rows that are asked at most where orders are drawn, and orders in the end. */
const mostRows = 16_000
const mostOrders = 200
const batchRows = 2048

/**
 * Shapley values against one baseline row (Shapley 1953; Sundararajan and Najmi, ICML 2020): how the change from the baseline's answer to the
 * row's is shared out among the columns in which they differ. Up to 10 of them exactly; more from drawn orders, each with its reverse (Castro et
 * al. 2009), whose sum is exact and whose parts have a standard error. `answer` gives one list of outputs a row; `random` is in [0, 1).
 */
export async function contributionsOf(
  row: RawRow,
  baseline: RawRow,
  answer: (rows: RawRow[]) => Promise<number[][]>,
  random: () => number,
): Promise<Contributions> {
  const columns = Object.keys(row).filter(name => !Object.is(row[name], baseline[name]))
  const [base, whole] = (await answer([baseline, row])) as [number[], number[]]
  const isExact = columns.length <= mostExact
  const ask = async (rows: RawRow[]) => {
    const told: number[][] = []
    for (let from = 0; from < rows.length; from += batchRows)
      told.push(...(await answer(rows.slice(from, from + batchRows))))
    return told
  }
  const shares = isExact
    ? await countSubsets(columns, row, baseline, ask)
    : await drawOrders(columns, row, baseline, ask, random)
  const parts = columns.map((column, i) => ({ column, ...shares[i]! }))
  const moved = whole.map((value, k) => Math.abs(value - base[k]!))
  const most = moved.indexOf(Math.max(...moved))
  parts.sort((a, b) => Math.abs(b.values[most]!) - Math.abs(a.values[most]!))
  return { base, answer: whole, parts, isExact }
}

type Shares = Omit<Contribution, 'column'>[]

/** Every subset once; a column's value is its mean gain over the subsets without it, weighted by |S|! (n − |S| − 1)! / n!. */
async function countSubsets(
  columns: string[],
  row: RawRow,
  baseline: RawRow,
  ask: (rows: RawRow[]) => Promise<number[][]>,
): Promise<Shares> {
  const n = columns.length
  const rows = Array.from({ length: 2 ** n }, (_, set) => {
    const mixed = { ...baseline }
    columns.forEach((name, i) => {
      if (set & (1 << i)) mixed[name] = row[name]
    })
    return mixed
  })
  const told = await ask(rows)
  const sizeOf = (set: number) => columns.reduce((size, _, i) => size + ((set >> i) & 1), 0)
  const weights = Array.from({ length: n }, (_, size) => 1 / (n * choose(n - 1, size)))
  return columns.map((_, i) => {
    const values = told[0]!.map(() => 0)
    for (let set = 0; set < told.length; set += 1) {
      if (set & (1 << i)) continue
      const weight = weights[sizeOf(set)]!
      values.forEach((_, k) => {
        values[k]! += weight * (told[set | (1 << i)]![k]! - told[set]![k]!)
      })
    }
    return { values, errors: values.map(() => 0) }
  })
}

function choose(n: number, k: number): number {
  let count = 1
  for (let i = 1; i <= k; i += 1) count = (count * (n - k + i)) / i
  return count
}

async function drawOrders(
  columns: string[],
  row: RawRow,
  baseline: RawRow,
  ask: (rows: RawRow[]) => Promise<number[][]>,
  random: () => number,
): Promise<Shares> {
  const n = columns.length
  const pairs = Math.max(8, Math.min(mostOrders, Math.floor(mostRows / (n + 1))) >> 1)
  const orders = Array.from({ length: pairs }, () => {
    const order = columns.map((_, i) => i)
    for (let i = n - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    return [order, order.toReversed()]
  }).flat()
  const told = await ask(
    orders.flatMap(order => {
      const mixed = { ...baseline }
      return [
        { ...mixed },
        ...order.map(i => {
          mixed[columns[i]!] = row[columns[i]!]
          return { ...mixed }
        }),
      ]
    }),
  )
  const outputs = told[0]!.length
  // Of each pair of an order and its reverse: the mean gain of each column.
  const gains = columns.map(() => Array.from({ length: pairs }, () => new Float64Array(outputs)))
  orders.forEach((order, o) => {
    order.forEach((i, step) => {
      const at = o * (n + 1) + step
      for (let k = 0; k < outputs; k += 1) gains[i]![o >> 1]![k]! += (told[at + 1]![k]! - told[at]![k]!) / 2
    })
  })
  return gains.map(ofColumn => {
    const values = Array.from({ length: outputs }, (_, k) => ofColumn.reduce((sum, gain) => sum + gain[k]! / pairs, 0))
    const errors = values.map((value, k) => {
      const squares = ofColumn.reduce((sum, gain) => sum + (gain[k]! - value) ** 2, 0)
      return Math.sqrt(squares / (pairs * (pairs - 1)))
    })
    return { values, errors }
  })
}

/** The outputs that contributions are worked out of: probabilities in the order of the classes, or the value. */
export function outputValues({ prediction, probabilities }: Output): number[] {
  if (probabilities) return Object.values(probabilities)
  return [Number(prediction)]
}
