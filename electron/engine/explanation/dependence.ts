import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { PartialDependence } from '../../../shared/model/explanation.ts'
import type { Predict } from './importance.ts'

const mostPoints = 20
const mostTexts = 12
const mostRows = 500
/** Single rows whose answers are kept, over all outputs. */
const keptRows = 60

/**
 * What the model says when `name` is set to each of its usual values in all rows (at most 500 of them): up to 20 numbers at equal counts of
 * rows, or the 12 most frequent texts; a missing value stands at the end where rows have it. Of some rows their own
 * answers are kept; `rowIds` are the rows' places in the dataset version.
 */
export async function partialDependence(
  table: Table,
  predict: Predict,
  name: string,
  rowIds?: ArrayLike<number>,
): Promise<Omit<PartialDependence, 'effects' | 'alike'>> {
  const column = table.columns.find(each => each.name === name)!
  const { values, nearest } = column.kind === 'text' ? usualTexts(column) : usualNumbers(column)
  const step = Math.max(1, Math.ceil(table.rows / mostRows))
  const sample = selectRows(
    table,
    Int32Array.from({ length: Math.ceil(table.rows / step) }, (_, i) => i * step),
  )
  const means: number[][] = []
  const spread: [number, number][][] = []
  const individual: PartialDependence['individual'] = { rows: [], answers: [] }
  for (const value of values) {
    const set = sample.columns.map(each => (each.name === name ? filled(column, value, sample.rows) : each))
    const answers = await predict({ rows: sample.rows, columns: set })
    const width = answers.length / sample.rows
    const kept = Math.min(sample.rows, Math.max(5, Math.floor(keptRows / width)))
    const picked = Array.from({ length: kept }, (_, i) => Math.floor((i * sample.rows) / kept))
    individual.rows = picked.map(row => rowIds?.[row * step] ?? row * step)
    for (let k = 0; k < width; k += 1) {
      const own = Float64Array.from({ length: sample.rows }, (_, row) => answers[row * width + k]!).sort()
      individual.answers[k] ??= picked.map(() => [])
      picked.forEach((row, i) => {
        individual.answers[k]![i]!.push(answers[row * width + k]!)
      })
      means[k] ??= []
      means[k]!.push(own.reduce((sum, each) => sum + each / own.length, 0))
      const at = (share: number) => own[Math.round(share * (own.length - 1))]!
      spread[k] ??= []
      spread[k]!.push([at(0.1), at(0.9)])
    }
  }
  const density = values.map(() => 0)
  for (let row = 0; row < table.rows; row += 1) {
    const place = nearest(row)
    if (place >= 0) density[place]! += 1 / table.rows
  }
  return { column: name, type: column.type, values, means, spread, density, individual }
}

interface Usual {
  values: PartialDependence['values']
  /** Place of the value that is nearest to a row's own; −1 where none is. */
  nearest(row: number): number
}

function usualNumbers({ values }: TableColumn & { kind: 'numeric' }): Usual {
  const sorted = values.filter(value => Number.isFinite(value)).sort()
  const points = Array.from(
    { length: mostPoints },
    (_, i) => sorted[Math.round((i / (mostPoints - 1)) * (sorted.length - 1))]!,
  )
  const distinct = sorted.length ? [...new Set(points)] : []
  const hasMissing = values.some(Number.isNaN)
  return {
    values: hasMissing ? [...distinct, null] : distinct,
    nearest(row) {
      const own = values[row]!
      if (Number.isNaN(own)) return distinct.length
      let best = -1
      distinct.forEach((value, place) => {
        if (best < 0 || Math.abs(value - own) < Math.abs(distinct[best]! - own)) best = place
      })
      return best
    },
  }
}

function usualTexts({ codes, dictionary }: TableColumn & { kind: 'text' }): Usual {
  const counts = new Map<number, number>()
  for (const code of codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1)
  const usual = [...counts]
    .sort((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, mostTexts)
    .map(([code]) => code)
  if (codes.includes(-1)) usual.push(-1)
  return {
    values: usual.map(code => (code < 0 ? null : dictionary[code]!)),
    nearest: row => usual.indexOf(codes[row]!),
  }
}

function filled(column: TableColumn, value: number | string | null, rows: number): TableColumn {
  if (column.kind === 'numeric')
    return { ...column, values: new Float64Array(rows).fill((value as number | null) ?? Number.NaN) }
  return {
    ...column,
    codes: new Int32Array(rows).fill(value === null ? -1 : column.dictionary.indexOf(value as string)),
  }
}
