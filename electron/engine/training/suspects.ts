import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Suspect, Task } from '../../../shared/model/run.ts'
import { measure } from '../evaluation/index.ts'
import { mean, Pcg32, quantileOfSorted, searchSorted, variance } from '../numerics/index.ts'
import type { Split } from './splits/index.ts'

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
const fewestGroups = 20
/** Training rows of a group where only the data say that it is one: of more, it may as well be a kind, which new rows are of too. */
const mostOfGroup = 20
/** How well the group alone has to tell the target on test rows: where its name says that it is one, and where only the data do. */
const alike = { named: { auc: 0.6, r2: 0.1 }, unnamed: { auc: 0.75, r2: 0.3 } }
/** By how much the very value has to tell more than its order does, as an age would, and than chance in deviations of its own. */
const leastBeyondOrder = 0.15
const leastBeyondChance = 4
const shuffles = 20
/** The last word of what rows belong to: `patient_id`, `customerId`, `Household`. */
const groupWords = new Set(
  'id uuid key group patient subject participant customer client user person household family session device site batch'.split(
    ' ',
  ),
)
const missing = -2
const unseen = -1

interface Problem {
  table: Table
  features: readonly string[]
  target: { task: Task; classes: readonly string[]; values: Float64Array }
  split: Pick<Split, 'train' | 'validation' | 'test'>
  /** Columns that cannot be torn: the target, and the one that the split goes by. */
  whole?: readonly string[]
  /** The newest rows are tested: that those of before are of the same groups is as it will be. */
  isByTime?: boolean
}

/**
 * What to doubt about a score before it is believed: columns that know the answer, test rows that were learned by heart, and groups (the
 * rows of one patient, one customer) that the split tore apart.
 */
export function findSuspects(problem: Problem): Suspect[] {
  const repeated = repeatedRows(problem)
  return [...tellingColumns(problem), ...saidOfRepeated(problem, repeated), ...tornGroups(problem, new Set(repeated))]
}

/**
 * Columns that alone tell the target: rows of the training part in 32 equal-sized bins (or by value, for texts), each bin answering with its
 * mean target, held against validation rows. Named from an AUC above 0.95 (the mean of one class against the rest) or, for values,
 * an R² above 0.9. Deterministic: where there are very many rows, some evenly spread over the part stand for it.
 */
export function tellingColumns({ table, features, target, split }: Problem): Suspect[] {
  const isValue = target.task === 'regression'
  const most = mostPredictions / Math.max(20, target.classes.length)
  const share = Math.min(1, mostCells / ((mostTrainRows + most) * features.length))
  const train = spread(split.train, mostTrainRows * share)
  const validation = spread(split.validation, most * share)
  if (validation.length < fewestRows) return []
  const byName = new Map(table.columns.map(column => [column.name, column]))
  return features.flatMap(name => {
    const placeOf = placing(byName.get(name)!, train)
    const score = scoreAlone(placeOf, { train, rows: validation, target })
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

/** AUC, or R² for values, on `rows` of answering with the mean target of the training rows in the same place; null where undefined. */
function scoreAlone(placeOf: (row: number) => number, work: Alone): number | null {
  return scoreOf(work.target, truthOf(work), answersAlone(placeOf, work))
}

interface Alone {
  train: Int32Array
  rows: Int32Array
  target: Problem['target']
}

const truthOf = ({ rows, target }: Alone) => Float64Array.from(rows, row => target.values[row]!)

function scoreOf({ task, classes }: Problem['target'], truth: Float64Array, predictions: Float32Array): number | null {
  return measure(task === 'regression' ? 'r2' : 'auc', { task, classes, truth, predictions })
}

/** Row-major: one a class, or the value. */
function answersAlone(placeOf: (row: number) => number, { train, rows, target }: Alone): Float32Array {
  const width = Math.max(1, target.classes.length)
  const answers = binAnswers(placeOf, train, target)
  const predictions = new Float32Array(rows.length * width)
  rows.forEach((row, i) => {
    predictions.set(answers.get(placeOf(row)) ?? answers.get(unseen)!, i * width)
  })
  return predictions
}

/**
 * Columns that say whom rows belong to, when test rows share their group with training rows and the target is alike in a group (its training
 * mean tells it). Either the column's name says so, or the data do: groups of 2 to 20 training rows, a mean that tells the target far better
 * than chance and than the order of the values, and no time that the split goes by.
 */
function tornGroups({ table, target, split, whole = [], isByTime }: Problem, repeated: ReadonlySet<number>): Suspect[] {
  const { train, test } = split
  const kind = target.task === 'regression' ? 'r2' : 'auc'
  const rows = spread(test, mostPredictions / Math.max(20, target.classes.length))
  return table.columns.flatMap(column => {
    const { name, type } = column
    if (whole.includes(name) || (type !== 'text' && type !== 'integer')) return []
    const isNamed = groupWords.has(lastWord(name))
    if (!isNamed && isByTime) return []
    const cells = column.kind === 'text' ? column.codes : column.values
    const places = new Map<number, number>()
    for (const row of train) {
      const cell = cells[row]!
      const isThere = column.kind === 'text' ? cell >= 0 : !Number.isNaN(cell)
      if (isThere && !places.has(cell)) places.set(cell, places.size)
    }
    const isGroup = places.size >= fewestGroups && places.size <= train.length / 2
    if (!isGroup || (!isNamed && train.length > places.size * mostOfGroup)) return []
    const placeOf = (row: number) => places.get(cells[row]!) ?? unseen
    const torn = test.reduce((count, row) => count + Number(placeOf(row) >= 0), 0)
    if (torn < test.length / 2) return []
    // Rows that are the very same would make a group of any column.
    const work = { train, target, rows: isNamed ? rows : rows.filter(row => !repeated.has(row)) }
    const score = scoreAlone(placeOf, work)
    if (score === null || score <= alike[isNamed ? 'named' : 'unnamed'][kind]) return []
    if (!isNamed && !(isBeyondOrder(column, score, work) && isBeyondChance(placeOf, score, work))) return []
    const shared = `${torn} of ${test.length} test rows share their "${name}" with training rows, and the target is alike within one`
    const message = isNamed
      ? `${shared}: on new ones the score will be lower`
      : `${shared}: if it says whom or what a row is of, the score will be lower on new ones`
    return [
      {
        kind: 'split-group' as const,
        column: name,
        message,
        evidence: { torn, testRows: test.length, groups: places.size, [kind]: score },
      },
    ]
  })
}

/** Whether a value tells more than values near to it do; texts have no order. */
function isBeyondOrder(column: TableColumn, score: number, work: Alone): boolean {
  if (column.kind === 'text') return true
  const ordered = scoreAlone(placing(column, work.train), work) ?? 0
  return score - ordered > leastBeyondOrder
}

function isBeyondChance(placeOf: (row: number) => number, score: number, work: Alone): boolean {
  const answers = answersAlone(placeOf, work)
  const truth = truthOf(work)
  const random = new Pcg32(1, 9)
  const byChance = Array.from({ length: shuffles }, () => {
    const order = random.shuffle(Int32Array.from(truth.keys()))
    return scoreOf(
      work.target,
      Float64Array.from(order, i => truth[i]!),
      answers,
    )
  }).filter(each => each !== null)
  if (byChance.length < 2) return false
  return score > mean(byChance) + leastBeyondChance * Math.sqrt(variance(byChance))
}

function lastWord(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+|(?<=\p{Ll})(?=\p{Lu})/u).filter(word => word !== '')
  return words.at(-1)?.toLowerCase() ?? ''
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
    return Number.isNaN(value) ? missing : searchSorted(edges, value, 'right')
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
function repeatedRows({ table, features, target, split }: Problem): Int32Array {
  const hash = rowHasher(table, features, target.values)
  const learned = Float64Array.from(split.train, hash).sort()
  const isLearned = (key: number) => learned[searchSorted(learned, key, 'left')] === key
  return split.test.filter(row => isLearned(hash(row)))
}

function saidOfRepeated({ split: { test } }: Problem, { length: repeated }: Int32Array): Suspect[] {
  if (repeated === 0) return []
  return [
    {
      kind: 'repeated-rows',
      column: null,
      message: `${repeated} of ${test.length} test rows are the very same as a training row: the score is better than it will be on new rows`,
      evidence: { repeated, testRows: test.length },
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
  const used = new Set(features)
  const columns = table.columns.filter(({ name }) => used.has(name))
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
