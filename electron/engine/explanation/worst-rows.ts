import type { Table } from '../../../shared/inference/table.ts'
import type { WorstRow } from '../../../shared/model/examination.ts'
import { variance } from '../numerics/index.ts'
import type { Answered } from './fairness.ts'

const shown = 20
const neighbours = 3

/** A label that is as probable as that is no rare exception yet, of which every model that is not sure has many. */
const mostOfOwn = 0.1

/**
 * Rows whose label is likely wrong: another class is at least as probable as it is on average for the rows that bear it (the confident joint of
 * Northcutt, Jiang, Chuang, JAIR 70, 2021), and more probable than all others together; and the label itself has a tenth at most. The
 * joint alone takes what a model cannot tell for wrong labels: of 1,800 rows without one it doubts 424 at an AUC of 0.71. None for numbers.
 */
export function likelyLabelErrors({ task, truth, predictions }: Answered): Uint8Array {
  const errors = new Uint8Array(truth.length)
  if (task === 'regression') return errors
  const width = predictions.length / truth.length
  const [sums, counts] = [new Float64Array(width), new Float64Array(width)]
  truth.forEach((label, row) => {
    sums[label]! += predictions[row * width + label]!
    counts[label]! += 1
  })
  truth.forEach((label, row) => {
    if (predictions[row * width + label]! > mostOfOwn) return
    for (let k = 0; k < width; k += 1) {
      const probability = predictions[row * width + k]!
      if (k === label || counts[k] === 0) continue
      if (probability >= sums[k]! / counts[k]! && probability > 0.5) errors[row] = 1
    }
  })
  return errors
}

interface WorstOptions {
  answered: Answered
  classes: readonly string[]
  /** Places in the dataset version of the table's rows. */
  rowIds: ArrayLike<number>
  isLabelError: Uint8Array
  /** What it learned from; null where that is not known. */
  train: { table: Table; rowIds: ArrayLike<number>; truth: Float64Array } | null
}

/** The rows with the highest loss, and training rows that are most like each. */
export function worstRows(table: Table, options: WorstOptions): WorstRow[] {
  const { answered, classes, rowIds, isLabelError, train } = options
  const { task, truth, predictions, losses } = answered
  const width = task === 'regression' ? 1 : predictions.length / truth.length
  const worst = Int32Array.from(losses.keys())
    .sort((a, b) => losses[b]! - losses[a]! || a - b)
    .slice(0, shown)
  const named = (value: number) => classes[value] ?? value
  const nearest = train ? nearestTo(table, train.table) : null
  return Array.from(worst, (row): WorstRow => {
    let best = 0
    for (let k = 1; k < width; k += 1) if (predictions[row * width + k]! > predictions[row * width + best]!) best = k
    const isNumber = task === 'regression'
    return {
      row: rowIds[row]!,
      truth: isNumber ? truth[row]! : named(truth[row]!),
      predicted: isNumber ? predictions[row]! : named(best),
      probability: isNumber ? null : predictions[row * width + best]!,
      ...{ loss: losses[row]!, isLikelyLabelError: isLabelError[row] === 1 },
      nearest: (nearest?.(row) ?? []).map(({ place, distance }) => ({
        row: train!.rowIds[place]!,
        ...{ distance, truth: isNumber ? train!.truth[place]! : named(train!.truth[place]!) },
      })),
    }
  })
}

/**
 * The rows of `others` that are most like a row of `table`: √ of the mean over the columns of squared differences in standard deviations; texts that
 * differ, and a value beside a missing one, count as one.
 */
function nearestTo(table: Table, others: Table): (row: number) => { place: number; distance: number }[] {
  const scales = others.columns.map(column => {
    if (column.kind === 'text') return 1
    const spread = Math.sqrt(variance(column.values.filter(value => Number.isFinite(value))))
    return spread > 0 ? spread : 1
  })
  return row => {
    const squares = new Float64Array(others.rows)
    others.columns.forEach((column, at) => {
      const own = table.columns[at]!
      if (column.kind === 'text' || own.kind === 'text') {
        if (column.kind !== 'text' || own.kind !== 'text') return
        const code = own.codes[row]!
        for (let i = 0; i < squares.length; i += 1) squares[i]! += Number(column.codes[i] !== code)
        return
      }
      const value = own.values[row]!
      for (let i = 0; i < squares.length; i += 1) {
        const difference = (column.values[i]! - value) / scales[at]!
        if (Number.isFinite(difference)) squares[i]! += difference ** 2
        else squares[i]! += Number(!Object.is(column.values[i], value))
      }
    })
    return Array.from(Int32Array.from(squares.keys()).sort((a, b) => squares[a]! - squares[b]! || a - b))
      .slice(0, neighbours)
      .map(place => ({ place, distance: Math.sqrt(squares[place]! / Math.max(1, others.columns.length)) }))
  }
}
