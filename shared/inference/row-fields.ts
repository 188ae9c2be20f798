import type { ColumnType } from '../model/dataset.ts'
import type { NumberBins, ReferenceColumn, ReferenceProfile } from './bundle.ts'
import type { RawValue, Signature } from './signature.ts'

/** How one column of a model is asked for. */
export interface RowField {
  name: string
  type: ColumnType
  /** What it has to hold, where its name does not say it. */
  about?: string
  /** Of the rows that it learned from; null where nothing is known, or all were equal. */
  range: { min: number; max: number; step: number } | null
  /** Labels of the rows that it learned from, the most frequent first; empty for numbers and where nothing is known. */
  choices: string[]
  /** Of the typical row: the middle value, the most frequent label. */
  typical: RawValue
}

export function fieldsOf(signature: Signature, profile: ReferenceProfile): RowField[] {
  const byName = new Map(profile.columns.map(column => [column.name, column]))
  return signature.columns.map(column => {
    const field = fieldOf(column, byName.get(column.name))
    return column.about === undefined ? field : { ...field, about: column.about }
  })
}

function fieldOf({ name, type }: Signature['columns'][number], reference: ReferenceColumn | undefined): RowField {
  if (reference?.kind === 'number') return numberField(name, type, reference)
  const labels = reference?.labels ?? []
  const choices = type === 'boolean' ? ['false', 'true'] : labels
  const typical = type === 'boolean' ? labels[0] === 'true' : type === 'text' ? (labels[0] ?? '') : unknownValue(type)
  return { name, type, range: null, choices, typical }
}

function unknownValue(type: ColumnType): RawValue {
  return type === 'date' ? '2000-01-01' : type === 'datetime' ? '2000-01-01T00:00:00' : 0
}

function numberField(name: string, type: ColumnType, bins: NumberBins): RowField {
  const { min, max } = bins
  const field = { name, type, choices: [], range: null }
  if (min === null || max === null) return { ...field, typical: null }
  const middle = middleOf(bins, min)
  if (type === 'date' || type === 'datetime') {
    const text = new Date(middle).toISOString()
    return { ...field, typical: type === 'date' ? text.slice(0, 10) : text.slice(0, 19) }
  }
  const isWhole = type === 'integer'
  const spread = max - min
  const step = isWhole ? Math.max(1, niceStep(spread)) : niceStep(spread)
  return {
    ...field,
    range: spread > 0 ? { min: shortFloat(min), max: shortFloat(max), step } : null,
    typical: isWhole ? Math.round(middle) : shortFloat(middle),
  }
}

/** Where half of the rows are below. */
function middleOf({ edges, counts }: NumberBins, min: number): number {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2
  let below = 0
  for (const [bin, count] of counts.entries()) {
    below += count
    if (below > half) return bin === 0 ? min : edges[bin - 1]!
  }
  return min
}

/** A power of ten that makes between a hundred and a thousand steps. */
function niceStep(spread: number): number {
  return spread > 0 ? 10 ** (Math.ceil(Math.log10(spread)) - 3) : 1
}

/** The shortest decimal that is the same float32: what was 13.37 before it was rounded is 13.37 again. */
export function shortFloat(value: number): number {
  for (let digits = 1; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === Math.fround(value)) return short
  }
  return value
}

export function typicalRow(fields: readonly RowField[]): Record<string, RawValue> {
  return Object.fromEntries(fields.map(({ name, typical }) => [name, typical]))
}
