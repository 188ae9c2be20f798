import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Suspect, Task } from '../../../shared/model/run.ts'
import { measure } from '../evaluation/index.ts'
import { quantileOfSorted } from '../numerics/index.ts'
import type { Split } from './split.ts'

/** A column that alone does this well on rows it has not seen probably knows the answer. */
const suspectAuc = 0.95
const suspectR2 = 0.9
const mostTrainRows = 50_000
/** Predictions of a column that are held against the truth: 20,000 rows of up to 20 classes, fewer of more. */
const mostPredictions = 400_000
/** Cells that are looked at in all; with very many columns each is judged on fewer rows. */
const mostCells = 200_000_000
const fewestRows = 30
const bins = 32
const missing = -2
const unseen = -1

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
 * an R² above 0.9. Deterministic: where there are very many rows, some evenly spread over the part stand for it.
 */
function tellingColumns({ table, features, target, split }: Problem): Suspect[] {
  const { task, classes } = target
  const width = Math.max(1, classes.length)
  const most = mostPredictions / Math.max(20, width)
  const share = Math.min(1, mostCells / ((mostTrainRows + most) * features.length))
  const train = spread(split.train, mostTrainRows * share)
  const validation = spread(split.validation, most * share)
  if (validation.length < fewestRows) return []
  const isValue = task === 'regression'
  const truth = Float64Array.from(validation, row => target.values[row]!)
  return features.flatMap(name => {
    const placeOf = placing(table.columns.find(each => each.name === name)!, train)
    const answers = binAnswers(placeOf, train, target)
    const predictions = new Float32Array(validation.length * width)
    validation.forEach((row, i) => {
      predictions.set(answers.get(placeOf(row)) ?? answers.get(unseen)!, i * width)
    })
    const score = measure(isValue ? 'r2' : 'auc', { task, classes, truth, predictions })
    if (score === null || score <= (isValue ? suspectR2 : suspectAuc)) return []
    const kind = isValue ? 'an R²' : 'an AUC'
    return [
      {
        kind: 'tells-target' as const,
        column: name,
        message: `"${name}" alone gives ${kind} of ${score.toFixed(3)} on validation rows: does it hold what is known only after the fact?`,
        evidence: { [isValue ? 'r2' : 'auc']: score, rows: validation.length },
      },
    ]
  })
}

/** At most `most` of the rows, at even distances: a file may be sorted by its target. */
function spread(rows: Int32Array, most: number): Int32Array {
  const count = Math.max(1, Math.floor(most))
  if (rows.length <= count) return rows
  return Int32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]!)
}

/** The bin of a row: `missing`, else the text's code or the number's place among the training rows' 32 quantiles. */
function placing(column: TableColumn, train: Int32Array): (row: number) => number {
  if (column.kind === 'text') return row => (column.codes[row]! < 0 ? missing : column.codes[row]!)
  const { values } = column
  const present = Float64Array.from(train, row => values[row]!)
    .filter(value => !Number.isNaN(value))
    .sort()
  const edges = present.length
    ? Float64Array.from({ length: bins - 1 }, (_, i) => quantileOfSorted(present, (i + 1) / bins))
    : new Float64Array()
  return row => {
    const value = values[row]!
    if (Number.isNaN(value)) return missing
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

/** Of each bin over the training rows the share of every class, or the mean value; under `unseen` those of all rows. */
function binAnswers(
  placeOf: (row: number) => number,
  train: Int32Array,
  { classes, values }: Problem['target'],
): Map<number, Float64Array> {
  const width = Math.max(1, classes.length)
  const sums = new Map<number, Float64Array>([[unseen, new Float64Array(width + 1)]])
  for (const row of train) {
    const place = placeOf(row)
    if (!sums.has(place)) sums.set(place, new Float64Array(width + 1))
    for (const sum of [sums.get(place)!, sums.get(unseen)!]) {
      sum[classes.length ? values[row]! : 0]! += classes.length ? 1 : values[row]!
      sum[width]! += 1
    }
  }
  return new Map(
    Array.from(sums, ([place, sum]) => [place, sum.subarray(0, width).map(each => each / Math.max(1, sum[width]!))]),
  )
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
