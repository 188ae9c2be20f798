import type { TextColumn } from '../../../../../shared/inference/table.ts'
import { Pcg32 } from '../../../numerics/index.ts'
import type { TrainingData } from '../../algorithm.ts'
import type { TextEncoding } from './text-encoding.ts'
import { spreadOf, textsOf, type ValueTable } from './value-tables.ts'

const folds = 5

/**
 * Each text as the mean target of the training rows with the same value, drawn towards the mean of all the more the fewer they are and the
 * less they agree: λ · own + (1 − λ) · all, λ = n σ² / (n σ² + s²), σ² the variance of the target, s² that among the value's n rows
 * (Micci-Barreca 2001, with empirical Bayes). Of several classes one column each. A training row is learned with the mean of other rows:
 * those of the four folds of five that it is not in. Standardised. As scikit-learn's TargetEncoder with smooth="auto".
 */
export const target: TextEncoding = {
  id: 'target',
  help: 'one column a class, the mean target of the rows with the same value (cross-fitted): for texts of many values',
  fit(columns, data, seed) {
    const outputs = data.task === 'multiclass' ? data.classes : [null]
    const foldOf = dealFolds(data, seed)
    return textsOf(columns.flatMap(column => outputs.map((label, k) => fitOutput(column, data, foldOf, label, k))))
  },
}

function fitOutput(
  column: TextColumn,
  { task, target: values, train }: TrainingData,
  foldOf: ReadonlyMap<number, number>,
  label: string | null,
  k: number,
): ValueTable {
  const truth = (row: number) => (task === 'multiclass' ? Number(values[row] === k) : values[row]!)
  const whole = meansOf(column, train, truth)
  const others = Array.from({ length: folds }, (_, fold) =>
    meansOf(
      column,
      train.filter(row => foldOf.get(row) !== fold),
      truth,
    ),
  )
  const { mean, deviation } = spreadOf(Float64Array.from(train, row => whole.means[column.codes[row]! + 1]!))
  const scaled = (value: number) => Math.fround((value - mean) / deviation)
  return {
    ...{ column, name: `${column.name}: mean ${label ?? 'target'}`, other: scaled(whole.all) },
    values: Float32Array.from(whole.means, scaled),
    isKnown: code => whole.counts[code + 1]! > 0,
    learned: row => scaled((others[foldOf.get(row)!] ?? whole).means[column.codes[row]! + 1]!),
  }
}

/** The training rows dealt into folds, each class (all values) evenly. */
export function dealFolds({ task, target: values, train }: TrainingData, seed: number): Map<number, number> {
  const rows = new Pcg32(seed, 7).shuffle(Int32Array.from(train))
  if (task !== 'regression') rows.sort((a, b) => values[a]! - values[b]!)
  return new Map(Array.from(rows, (row, place) => [row, place % folds]))
}

/** By dictionary code + 1; a value that none of the rows has gets the mean of all. */
export function meansOf({ codes, dictionary }: TextColumn, rows: Int32Array, truth: (row: number) => number) {
  const counts = new Int32Array(dictionary.length + 1)
  const sums = new Float64Array(dictionary.length + 1)
  let all = 0
  for (const row of rows) {
    const place = codes[row]! + 1
    counts[place]! += 1
    sums[place]! += truth(row)
    all += truth(row) / rows.length
  }
  const squares = new Float64Array(dictionary.length + 1)
  let variance = 0
  for (const row of rows) {
    const place = codes[row]! + 1
    squares[place]! += (truth(row) - sums[place]! / counts[place]!) ** 2
    variance += (truth(row) - all) ** 2 / rows.length
  }
  const means = Float64Array.from(counts, (count, place) => {
    if (count === 0) return all
    const share = (variance * count) / (variance * count + squares[place]! / count)
    return Number.isNaN(share) ? all : share * (sums[place]! / count) + (1 - share) * all
  })
  return { means, counts, all }
}
