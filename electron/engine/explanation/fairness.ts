import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Fairness, FairnessGroup, Rate } from '../../../shared/model/examination.ts'
import type { Task } from '../../../shared/model/run.ts'
import { addTo, criticalOf, type Moments, meanGap, minus, noMoments } from './mean-gap.ts'
import { cellText } from './slices.ts'

/** A column of more groups is not one of groups. */
const mostGroups = 20
/** Below this a group's rates say little. */
const fewRows = 50
const z = 1.959964

export interface Answered {
  task: Task
  /** One a row: index of the class, or value. */
  truth: Float64Array
  /** Row-major. */
  predictions: Float32Array
  losses: Float64Array
}

/** Columns whose values are groups: texts and booleans of 2 to 20 values. */
export function groupColumns(table: Table): string[] {
  return table.columns.flatMap(column => {
    if (column.kind !== 'text' && column.type !== 'boolean') return []
    const count = new Set(column.kind === 'text' ? column.codes : column.values).size
    return count >= 2 && count <= mostGroups ? [column.name] : []
  })
}

/** How the model does by group of a column, the largest group first; groups beyond the 20th are left out. */
export function fairnessBy(column: TableColumn, answered: Answered): Fairness {
  const rowsOf = new Map<string | null, number[]>()
  const rows = answered.losses.length
  const all = noMoments()
  for (let row = 0; row < rows; row += 1) {
    const group = labelOf(column, row)
    const own = rowsOf.get(group)
    if (own) own.push(row)
    else rowsOf.set(group, [row])
    addTo(all, answered.losses[row]!)
  }
  const sorted = [...rowsOf].sort((a, b) => b[1].length - a[1].length).slice(0, mostGroups)
  return { column: column.name, groups: sorted.map(([group, own]) => told(group, own, answered, all)) }
}

function labelOf(column: TableColumn, row: number): string | null {
  if (column.kind === 'text') return column.codes[row]! < 0 ? null : column.dictionary[column.codes[row]!]!
  const value = column.values[row]!
  return Number.isNaN(value) ? null : cellText(column.type, value)
}

function told(group: string | null, rows: number[], answered: Answered, all: Moments): FairnessGroup {
  const { task, truth, predictions, losses } = answered
  const own = noMoments()
  for (const row of rows) addTo(own, losses[row]!)
  const gap = meanGap(own, minus(all, own))
  const isNumber = task === 'regression'
  const width = isNumber ? 1 : predictions.length / truth.length
  const saidOf = (row: number) => {
    let best = 0
    for (let k = 1; k < width; k += 1) if (predictions[row * width + k]! > predictions[row * width + best]!) best = k
    return best
  }
  const share = (of: number[], holds: (row: number) => boolean) => wilson(of.filter(holds).length, of.length)
  const isBinary = task === 'binary'
  const positives = isBinary ? rows.filter(row => truth[row] === 1) : []
  const negatives = isBinary ? rows.filter(row => truth[row] === 0) : []
  const isSelected = (row: number) => saidOf(row) === 1
  return {
    ...{ group, rows: rows.length },
    accuracy: isNumber ? null : share(rows, row => saidOf(row) === truth[row]),
    selected: isBinary ? share(rows, isSelected) : null,
    truePositive: share(positives, isSelected),
    falsePositive: share(negatives, isSelected),
    bias: isNumber ? meanError(rows, answered) : null,
    rise: gap?.rise ?? 0,
    interval: gap?.interval ?? [0, 0],
    isSmall: rows.length < fewRows || (isBinary && Math.min(positives.length, negatives.length) < 10),
  }
}

/** A share with its 95 % interval (Wilson 1927); null of no rows. */
export function wilson(hits: number, rows: number): Rate {
  if (rows === 0) return null
  const value = hits / rows
  const scale = 1 + z ** 2 / rows
  const center = (value + z ** 2 / (2 * rows)) / scale
  const margin = (z / scale) * Math.sqrt((value * (1 - value)) / rows + z ** 2 / (4 * rows ** 2))
  return { value, interval: [Math.max(0, center - margin), Math.min(1, center + margin)], rows }
}

function meanError(rows: number[], { truth, predictions }: Answered): Rate {
  if (rows.length === 0) return null
  const errors = rows.map(row => predictions[row]! - truth[row]!)
  const value = errors.reduce((sum, error) => sum + error / rows.length, 0)
  const variance = errors.reduce((sum, error) => sum + (error - value) ** 2, 0) / Math.max(1, rows.length - 1)
  const margin = rows.length > 1 ? criticalOf(rows.length - 1) * Math.sqrt(variance / rows.length) : 0
  return { value, interval: [value - margin, value + margin], rows: rows.length }
}
