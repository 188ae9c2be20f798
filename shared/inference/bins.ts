import { canonicalJson } from '../lib/canonical-json.ts'
import { sortFloats } from '../lib/sort-floats.ts'
import type { CategoryBins, NumberBins, ReferenceColumn, ReferenceProfile } from './bundle.ts'
import { argmax } from './decode.ts'
import { pickInto } from './select-rows.ts'
import { missingText, type Signature } from './signature.ts'
import type { Numbers, NumericColumn, Table, TableColumn } from './table.ts'

/** Most bins of a number; a category has `maximumLabels` and one for the rest. */
export const maximumBins = 256
/** Of all numbers of a profile together, so that one of 20,000 columns can be carried, counted over and compared: ten each are enough for PSI. */
const binsOfAll = 2 ** 19
const fewestBins = 10
export const maximumLabels = 100
/** A label of fewer reference rows is never written down; so many rows lie beyond each end of a number's range. */
export const minimumLabelRows = 5
/**
 * Fewest finite reference rows in a bin of a number: from 2,560 rows on there are as many bins as there can be. Half as many are enough for a chi-square
 * (Cochran 1954), and offices of statistics publish no count of fewer, since a bin of one row would say what it held.
 */
export const minimumBinRows = 10

/** How many cut points (ascending, float32 values) are ≤ the float32-rounded value; −1 for NaN, which is in no bin. */
export function binNumber(edges: ArrayLike<number>, value: number): number {
  const rounded = Math.fround(value)
  if (Number.isNaN(rounded)) return -1
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (edges[middle]! <= rounded) low = middle + 1
    else high = middle
  }
  return low
}

/** The place of a label, or the bin of all others after the last; −1 for null and `missingText`. */
export function binCategory(places: ReadonlyMap<string, number>, label: string | null): number {
  if (label === null || label === missingText) return -1
  return places.get(label) ?? places.size
}

export function labelPlaces(labels: readonly string[]): Map<string, number> {
  return new Map(labels.map((label, place) => [label, place]))
}

/**
 * Counts reference rows over bins made of them. `table` holds the raw columns of the signature, `predictions` the answers
 * row-major ([rows, C] probabilities or [rows] values); `rows` picks some of the table's rows (then `predictions` has
 * one answer a picked row). Infinite values count as the outermost bins.
 */
export function makeReferenceProfile(
  signature: Signature,
  table: Table,
  predictions: Float32Array,
  rows?: Int32Array,
): ReferenceProfile {
  const byName = new Map(table.columns.map(column => [column.name, column]))
  const most = Math.min(maximumBins, Math.max(fewestBins, Math.floor(binsOfAll / signature.columns.length)))
  return {
    formatVersion: 1,
    rows: rows?.length ?? table.rows,
    columns: signature.columns.flatMap(({ name }) => {
      const column = byName.get(name)
      return column ? [referenceColumn(column, rows, most)] : []
    }),
    predictions: predictionBins(signature, predictions),
  }
}

/** Names of the prediction columns: `probability CLASS` for each class but the first and `class`, or `value`. */
export function predictionNames(classes: readonly string[]): string[] {
  return classes.length ? [...classes.slice(1).map(label => `probability ${label}`), 'class'] : ['value']
}

/** What the digest of a set of bins is taken over: edges and labels without counts. */
export function binSetText(profile: ReferenceProfile): string {
  const bare = (column: ReferenceColumn) =>
    column.kind === 'number'
      ? { name: column.name, kind: column.kind, edges: column.edges }
      : { name: column.name, kind: column.kind, labels: column.labels }
  return canonicalJson({ columns: profile.columns.map(bare), predictions: profile.predictions.map(bare) })
}

/** SHA-256 (hexadecimal, by the function given) of the bins of a profile. */
export function binSetDigest(profile: ReferenceProfile, sha256: (text: string) => string): string {
  return sha256(binSetText(profile))
}

function referenceColumn(column: TableColumn, rows: Int32Array | undefined, most: number): ReferenceColumn {
  const length = rows?.length ?? (column.kind === 'text' ? column.codes.length : column.values.length)
  if (column.kind === 'text') {
    const counts = new Float64Array(column.dictionary.length)
    let missing = 0
    for (let i = 0; i < length; i += 1) {
      const code = column.codes[rows ? rows[i]! : i]!
      if (code < 0) missing += 1
      else counts[code]! += 1
    }
    return categoryBins(column.name, column.dictionary, counts, missing)
  }
  let { values } = column
  if (rows) values = pickInto(new Float32Array(length), values, rows)
  return column.type === 'boolean' ? booleanBins(column, values) : numberBins(column.name, values, most)
}

function booleanBins({ name }: NumericColumn, values: Numbers): CategoryBins {
  const counts = [0, 0]
  let missing = 0
  for (const value of values) {
    if (Number.isNaN(value)) missing += 1
    else counts[value ? 1 : 0]! += 1
  }
  return categoryBins(name, ['false', 'true'], counts, missing)
}

function categoryBins(
  name: string,
  labels: readonly string[],
  counts: ArrayLike<number>,
  missing: number,
): CategoryBins {
  const kept = labels
    .map((label, at) => ({ label, count: counts[at]! }))
    .filter(({ count }) => count >= minimumLabelRows)
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .slice(0, maximumLabels)
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0)
  const named = kept.reduce((sum, { count }) => sum + count, 0)
  return {
    name,
    kind: 'category',
    labels: kept.map(({ label }) => label),
    counts: [...kept.map(({ count }) => count), total - named],
    missing,
  }
}

/**
 * At most `most` bins of equal counts as far as repeated values allow, none of fewer than `minimumBinRows` rows; every value that often its own bin where
 * there are few. No number of it is that of one row: cut points and the range lie between values, except at values that
 * as many rows share.
 */
export function numberBins(name: string, values: ArrayLike<number>, most = maximumBins): NumberBins {
  const present = sortFloats(values)
  const [first, end] = finiteStretch(present)
  const finite = present.subarray(first, end)
  const edges = cutPoints(finite, most)
  const counts = new Array<number>(edges.length + 1).fill(0)
  let place = 0
  for (let i = 0; i < present.length; i += 1) {
    while (place < edges.length && edges[place]! <= present[i]!) place += 1
    counts[place]! += 1
  }
  const isKnown = finite.length >= minimumBinRows
  const beyond = minimumLabelRows
  return {
    name,
    kind: 'number',
    edges,
    counts,
    missing: values.length - present.length,
    min: isKnown ? roundest(finite[beyond - 1]!, finite[beyond]!) : null,
    max: isKnown ? roundest(finite[finite.length - beyond - 1]!, finite[finite.length - beyond]!) : null,
  }
}

/** Where the finite ones of ascending values begin and end. */
function finiteStretch(sorted: Float32Array): [first: number, end: number] {
  let first = 0
  let end = sorted.length
  while (first < end && sorted[first] === Number.NEGATIVE_INFINITY) first += 1
  while (first < end && sorted[end - 1] === Number.POSITIVE_INFINITY) end -= 1
  return [first, end]
}

/**
 * Cut points of ascending finite values. A bin closes when it has its share of the rows that are left, or when the distinct
 * values that are left just fill the bins that are left. One single value gets a bin of its own between two cut points.
 */
function cutPoints(sorted: Float32Array, most: number): number[] {
  const starts = new Float32Array(sorted.length)
  const lengths = new Uint32Array(sorted.length)
  let distinct = 0
  for (let i = 0; i < sorted.length; i += 1) {
    const value = sorted[i]!
    if (distinct === 0 || starts[distinct - 1] !== value) {
      starts[distinct] = value
      distinct += 1
    }
    lengths[distinct - 1]! += 1
  }
  if (sorted.length < minimumBinRows) return []
  if (distinct === 1) return [starts[0]!, nextFloat(starts[0]!)]
  const edges: number[] = []
  let rowsLeft = sorted.length
  let binsLeft = Math.min(most, Math.floor(sorted.length / minimumBinRows))
  let inBin = 0
  for (let i = 0; i < distinct - 1; i += 1) {
    inBin += lengths[i]!
    const distinctLeft = distinct - 1 - i
    const isThick = inBin >= minimumBinRows && rowsLeft - inBin >= minimumBinRows
    if (isThick && binsLeft > 1 && (distinctLeft < binsLeft || inBin >= rowsLeft / binsLeft)) {
      const next = starts[i + 1]!
      edges.push(lengths[i + 1]! >= minimumBinRows ? next : roundest(starts[i]!, next))
      rowsLeft -= inBin
      binsLeft -= 1
      inBin = 0
    }
  }
  return edges
}

/** Of the numbers above `low` up to `high` (float32) one of fewest digits; `high` where they are equal. */
function roundest(low: number, high: number): number {
  if (low === high) return high
  for (let digits = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high)))) + 1; ; digits -= 1) {
    // Read from its digits, which no product with a power of ten keeps.
    const round = Number(`${Math.floor(digits < 0 ? high * 10 ** -digits : high / 10 ** digits)}e${digits}`)
    if (round > low && round <= high) return round
  }
}

/** The next larger float32. */
function nextFloat(value: number): number {
  if (value === 0) return 2 ** -149
  const bits = new Int32Array(Float32Array.of(value).buffer)
  bits[0]! += value > 0 ? 1 : -1
  return new Float32Array(bits.buffer)[0]!
}

/** Bins of the answers themselves, row-major: of every class's probability but the first and of the class (of clusters of that alone), or of the value. */
export function predictionBins(
  { classes, task }: Pick<Signature, 'classes' | 'task'>,
  predictions: Float32Array,
): ReferenceColumn[] {
  const count = classes.length
  if (count === 0) return [numberBins('value', predictions)]
  const rows = predictions.length / count
  const chosen = new Float64Array(count)
  for (let row = 0; row < rows; row += 1) chosen[argmax(predictions, row * count, count)]! += 1
  const named = categoryBins('class', classes, chosen, 0)
  if (task === 'clusters') return [named]
  const probabilities = classes.slice(1).map((label, i) =>
    numberBins(
      `probability ${label}`,
      Float32Array.from({ length: rows }, (_, row) => predictions[row * count + i + 1]!),
    ),
  )
  return [...probabilities, named]
}
