import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Suspect, Task } from '../../../shared/model/run.ts'
import { argsort, quantileOfSorted } from '../numerics/index.ts'
import type { Split } from './split.ts'

/** A column that alone does this well on rows it has not seen probably knows the answer. */
const suspectAuc = 0.95
const suspectR2 = 0.9
const mostTrainRows = 50_000
const mostValidationRows = 20_000
/** Cells that are looked at in all; with very many columns each is judged on fewer rows. */
const mostCells = 200_000_000
const fewestRows = 30
const bins = 32

interface Problem {
  table: Table
  features: readonly string[]
  target: { task: Task; classes: readonly string[]; values: Float64Array }
  split: Pick<Split, 'train' | 'validation' | 'test'>
}

/** What to doubt about a score before it is believed: columns that know the answer, and test rows that were learned by heart. */
export function findSuspects(problem: Problem): Suspect[] {
  return [...tellingColumns(problem), ...repeatedRows(problem)]
}

/**
 * Columns that alone tell the target: rows of the training part in 32 equal-sized bins (or by value, for texts), each bin answering with its
 * mean target, held against validation rows. Named from an AUC above 0.95 (the mean of one class against the rest) or, for values,
 * an R² above 0.9. Deterministic: the first rows of each part stand for it where there are very many.
 */
function tellingColumns({ table, features, target, split }: Problem): Suspect[] {
  const share = Math.min(1, mostCells / (table.rows * features.length))
  const train = split.train.subarray(0, Math.ceil(Math.min(split.train.length * share, mostTrainRows)))
  const validation = split.validation.subarray(
    0,
    Math.ceil(Math.min(split.validation.length * share, mostValidationRows)),
  )
  if (validation.length < fewestRows) return []
  const outcomes = outcomesOf(target)
  return features.flatMap(name => {
    const column = table.columns.find(each => each.name === name)!
    const placeOf = placing(column, train)
    const scores = outcomes.map(outcome => {
      const answers = binAnswers(placeOf, train, outcome)
      const predicted = Float64Array.from(validation, row => answers.get(placeOf(row)) ?? answers.get(-1)!)
      const truth = Float64Array.from(validation, row => outcome(row))
      return target.task === 'regression' ? r2(truth, predicted) : auc(truth, predicted)
    })
    const known = scores.filter(score => score !== null)
    if (known.length === 0) return []
    const score = known.reduce((sum, each) => sum + each, 0) / known.length
    const isValue = target.task === 'regression'
    if (score <= (isValue ? suspectR2 : suspectAuc)) return []
    const measure = isValue ? 'an R²' : 'an AUC'
    return [
      {
        kind: 'tells-target' as const,
        column: name,
        message: `"${name}" alone gives ${measure} of ${score.toFixed(3)} on validation rows: does it hold what is known only after the fact?`,
        evidence: { [isValue ? 'r2' : 'auc']: score, rows: validation.length },
      },
    ]
  })
}

/** One function of a row for values and two classes; one a class for more. */
function outcomesOf({ task, classes, values }: Problem['target']): ((row: number) => number)[] {
  if (task !== 'multiclass') return [row => values[row]!]
  return classes.slice(0, 20).map((_, k) => row => Number(values[row] === k))
}

/** The bin of a row: −2 for a missing value, else the text's code or the number's place among the training rows' 32 quantiles. */
function placing(column: TableColumn, train: Int32Array): (row: number) => number {
  if (column.kind === 'text') return row => (column.codes[row]! < 0 ? -2 : column.codes[row]!)
  const { values } = column
  const present = Float64Array.from(train, row => values[row]!)
    .filter(value => !Number.isNaN(value))
    .sort()
  const edges = present.length
    ? Float64Array.from({ length: bins - 1 }, (_, i) => quantileOfSorted(present, (i + 1) / bins))
    : new Float64Array()
  return row => {
    const value = values[row]!
    if (Number.isNaN(value)) return -2
    let low = 0
    let high = edges.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (edges[middle]! <= value) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Mean outcome of each bin over the training rows; under −1 that of all, for bins that were not seen. */
function binAnswers(
  placeOf: (row: number) => number,
  train: Int32Array,
  outcome: (row: number) => number,
): Map<number, number> {
  const sums = new Map<number, [number, number]>()
  let all = 0
  for (const row of train) {
    const place = placeOf(row)
    const sum = sums.get(place) ?? [0, 0]
    sum[0] += outcome(row)
    sum[1] += 1
    sums.set(place, sum)
    all += outcome(row)
  }
  const answers = new Map<number, number>([[-1, all / Math.max(1, train.length)]])
  for (const [place, [sum, count]] of sums) answers.set(place, sum / count)
  return answers
}

/** P(a row of 1 scores above a row of 0) + ½ P(equal), by mean ranks; null where one of them is absent. */
function auc(truth: Float64Array, scores: Float64Array): number | null {
  const order = argsort(scores)
  let rankSum = 0
  let ones = 0
  for (let start = 0; start < order.length; ) {
    let end = start
    while (end < order.length && scores[order[end]!] === scores[order[start]!]) end += 1
    const meanRank = (start + end + 1) / 2
    for (let i = start; i < end; i += 1) {
      if (truth[order[i]!] !== 1) continue
      rankSum += meanRank
      ones += 1
    }
    start = end
  }
  const others = truth.length - ones
  return ones && others ? (rankSum - (ones * (ones + 1)) / 2) / (ones * others) : null
}

function r2(truth: Float64Array, predicted: Float64Array): number | null {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length
  let total = 0
  let left = 0
  truth.forEach((value, i) => {
    total += (value - mean) ** 2
    left += (value - predicted[i]!) ** 2
  })
  return total > 0 ? 1 - left / total : null
}

/** Test rows that are the very same as a training row in every used column and the target. */
function repeatedRows({ table, features, target, split }: Problem): Suspect[] {
  const hash = rowHasher(table, features, target.values)
  const learned = new Set(Array.from(split.train, hash))
  const repeated = split.test.reduce((count, row) => count + Number(learned.has(hash(row))), 0)
  if (repeated === 0) return []
  return [
    {
      kind: 'repeated-rows',
      column: null,
      message: `${repeated} of ${split.test.length} test rows are the very same as a training row: the score is better than it will be on new rows`,
      evidence: { repeated, testRows: split.test.length },
    },
  ]
}

/** The first row of each set of equal ones (in the used columns and the target) stays; the others' target becomes NaN: they are in no part. */
export function dropRepeated(table: Table, features: readonly string[], target: Float64Array): number {
  const hash = rowHasher(table, features, target)
  const seen = new Set<number>()
  let dropped = 0
  for (let row = 0; row < table.rows; row += 1) {
    if (Number.isNaN(target[row]!)) continue
    const key = hash(row)
    if (seen.has(key)) {
      target[row] = Number.NaN
      dropped += 1
    } else seen.add(key)
  }
  return dropped
}

/** A row's cells as one whole number below 2⁵³ (two 26-bit mixes): among a million different rows two share one with a chance of 1 in 18,000. */
function rowHasher(table: Table, features: readonly string[], target: Float64Array): (row: number) => number {
  const columns = table.columns.filter(({ name }) => features.includes(name))
  const cells = [...columns.map(column => (column.kind === 'text' ? column.codes : column.values)), target]
  const number = new Float64Array(1)
  const halves = new Uint32Array(number.buffer)
  return row => {
    let a = 0x811c9dc5
    let b = 0x9e3779b9
    for (const values of cells) {
      number[0] = values[row]!
      for (const half of halves) {
        a = Math.imul(a ^ half, 0x01000193)
        a ^= a >>> 15
        b = Math.imul(b ^ half, 0x85ebca6b)
        b ^= b >>> 13
      }
    }
    return (a >>> 6) * 2 ** 26 + (b >>> 6)
  }
}
