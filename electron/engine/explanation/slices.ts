import type { Numbers, Table, TableColumn } from '../../../shared/inference/table.ts'
import type { RowFilter } from '../../../shared/model/dataset.ts'
import type { WeakSlice } from '../../../shared/model/examination.ts'
import { Pcg32, quantileOfSorted, searchSorted } from '../numerics/index.ts'
import { addTo, type MeanGap, type Moments, meanGap, meanOf, minus, noMoments } from './mean-gap.ts'

const numberBins = 4
const mostTexts = 10
/** A slice has at least so many test rows, and at least this share of them. */
const leastRows = 20
const leastShare = 0.01
/** Pairs are looked at among so many columns: those with the weakest slices of their own. */
const pairedColumns = 12
/** Slices that are held against the rows that they were not found on. */
const mostTried = 30
const sureness = 0.05

/** A bin of one column, by which rows are cut. */
interface Cut {
  column: number
  where: RowFilter[]
}

interface Candidate {
  cuts: [number] | [number, number]
  gap: MeanGap
}

/**
 * Slices of one column or two on which the mean loss is higher than on the other rows: numbers are cut at quartiles, texts into their ten most
 * frequent values, a missing value is a bin of its own. They are found on one half of the rows, drawn by the seed, and kept where the other half
 * confirms them at a false discovery rate of 5 %. Most loss first.
 */
export function weakSlices(
  table: Table,
  losses: Float64Array,
  seed: number,
): { slices: WeakSlice[]; looks: number; tried: number } {
  const isFinding = new Uint8Array(table.rows)
  const order = new Pcg32(seed, 21).shuffle(Int32Array.from({ length: table.rows }, (_, row) => row))
  for (let i = 0; i < table.rows; i += 2) isFinding[order[i]!] = 1
  const cuts: Cut[] = []
  // Of each column and row the cut it is in; −1: none.
  const placed = table.columns.map((column, at) => placeRows(column, at, cuts))
  const least = Math.max(leastRows, leastShare * table.rows)
  const [found, confirming] = [moments(losses, isFinding, 1), moments(losses, isFinding, 0)]
  const gapsOf = (places: Int32Array) =>
    [...momentsBy(places, losses, isFinding)].flatMap(([key, own]) => {
      const gap = own.count >= least / 2 ? meanGap(own, minus(found, own)) : null
      return gap ? [{ key, gap }] : []
    })
  const singles = placed.flatMap(gapsOf).map(({ key, gap }): Candidate => ({ cuts: [key], gap }))
  const bestOf = new Map<number, number>()
  for (const { cuts: own, gap } of singles) {
    const column = cuts[own[0]]!.column
    bestOf.set(column, Math.min(bestOf.get(column) ?? 1, gap.pValue))
  }
  const columns = [...bestOf]
    .sort((a, b) => a[1] - b[1])
    .slice(0, pairedColumns)
    .map(([column]) => column)
  const riseOf = new Map(singles.map(({ cuts: own, gap }) => [own[0], gap.rise]))
  const pairs = columns.flatMap((one, i) =>
    columns.slice(0, i).flatMap(other => {
      const places = placed[one]!.map((cut, row) => {
        const second = placed[other]![row]!
        return cut < 0 || second < 0 ? -1 : cut * cuts.length + second
      })
      return gapsOf(places).map(
        ({ key, gap }): Candidate => ({ cuts: [Math.floor(key / cuts.length), key % cuts.length], gap }),
      )
    }),
  )
  // A pair says more than its halves only where it is worse than either.
  const telling = pairs.filter(({ cuts: pair, gap }) =>
    pair.every(cut => gap.rise > 1.25 * Math.max(0, riseOf.get(cut) ?? 0)),
  )
  const tried = [...singles, ...telling]
    .filter(({ gap }) => gap.rise > 0)
    .sort((a, b) => a.gap.pValue - b.gap.pValue || b.gap.rise - a.gap.rise)
    .slice(0, mostTried)
  const held = tried.flatMap(({ cuts: own }) => {
    const isIn = (row: number) => own.every(cut => placed[cuts[cut]!.column]![row] === cut)
    const confirmed = noMoments()
    let count = 0
    for (let row = 0; row < table.rows; row += 1) {
      if (!isIn(row)) continue
      count += 1
      if (!isFinding[row]) addTo(confirmed, losses[row]!)
    }
    const others = minus(confirming, confirmed)
    const gap = meanGap(confirmed, others)
    return gap ? [{ own, count, confirmed, others, gap }] : []
  })
  const rates = falseDiscoveryRates(held.map(({ gap }) => gap.pValue))
  const slices = held.flatMap(({ own, count, confirmed, others, gap }, i): WeakSlice[] => {
    if (rates[i]! > sureness || gap.rise <= 0) return []
    return [
      {
        where: own.flatMap(cut => cuts[cut]!.where),
        ...{ rows: count, confirmedBy: confirmed.count, loss: meanOf(confirmed), rest: meanOf(others) },
        ...{ rise: gap.rise, interval: gap.interval, falseDiscoveryRate: rates[i]! },
      },
    ]
  })
  return { slices: slices.sort((a, b) => b.rise - a.rise), looks: singles.length + pairs.length, tried: held.length }
}

/** Benjamini and Hochberg 1995: of each p-value the least rate at which it is taken, in the order given. */
export function falseDiscoveryRates(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((a, b) => pValues[b]! - pValues[a]!)
  const rates = new Array<number>(pValues.length)
  let least = 1
  order.forEach((at, fromLast) => {
    least = Math.min(least, (pValues[at]! * pValues.length) / (pValues.length - fromLast))
    rates[at] = least
  })
  return rates
}

function moments(losses: Float64Array, isFinding: Uint8Array, half: number): Moments {
  const all = noMoments()
  losses.forEach((loss, row) => {
    if (isFinding[row] === half) addTo(all, loss)
  })
  return all
}

/** Of the rows that slices are found on, by the place that each is in. */
function momentsBy(places: Int32Array, losses: Float64Array, isFinding: Uint8Array): Map<number, Moments> {
  const by = new Map<number, Moments>()
  for (let row = 0; row < losses.length; row += 1) {
    const place = places[row]!
    if (place < 0 || !isFinding[row]) continue
    let own = by.get(place)
    if (!own) {
      own = noMoments()
      by.set(place, own)
    }
    addTo(own, losses[row]!)
  }
  return by
}

/** Adds the cuts of a column, and says in which of them each row is. */
function placeRows(column: TableColumn, at: number, cuts: Cut[]): Int32Array {
  const add = (where: RowFilter[]) => cuts.push({ column: at, where }) - 1
  const { name } = column
  const missing = add([{ column: name, operator: 'missing' }])
  if (column.kind === 'text') {
    const counts = new Map<number, number>()
    for (const code of column.codes) if (code >= 0) counts.set(code, (counts.get(code) ?? 0) + 1)
    const kept = [...counts].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, mostTexts)
    const places = new Map(
      kept.map(([code]) => [code, add([{ column: name, operator: 'equals', value: column.dictionary[code]! }])]),
    )
    return Int32Array.from(column.codes, code => (code < 0 ? missing : (places.get(code) ?? -1)))
  }
  const sorted = column.values.filter(value => !Number.isNaN(value)).sort()
  const distinct = [...new Set(sorted.length > 5000 ? sorted.filter((_, i) => i % 10 === 0) : sorted)]
  const text = (value: number) => cellText(column.type, value)
  if (distinct.length <= numberBins + 2) {
    const places = new Map(
      distinct.map(value => [value, add([{ column: name, operator: 'equals', value: text(value) }])]),
    )
    return Int32Array.from(column.values, value => (Number.isNaN(value) ? missing : (places.get(value) ?? -1)))
  }
  const edges = Array.from({ length: numberBins - 1 }, (_, i) => quantileOfSorted(sorted, (i + 1) / numberBins))
    .map(edge => nearestIn(sorted, edge))
    .filter((edge, i, all) => i === 0 || edge > all[i - 1]!)
  const first = add([{ column: name, operator: 'less', value: text(edges[0]!) }])
  edges.forEach((edge, i) => {
    const next = edges[i + 1]
    const from: RowFilter = { column: name, operator: 'at-least', value: text(edge) }
    add(next === undefined ? [from] : [from, { column: name, operator: 'less', value: text(next) }])
  })
  return Int32Array.from(column.values, value => {
    if (Number.isNaN(value)) return missing
    let bin = 0
    while (bin < edges.length && value >= edges[bin]!) bin += 1
    return first + bin
  })
}

/** An edge that rows have, so that it can be written down and read again as the same. */
function nearestIn(sorted: Numbers, edge: number): number {
  return sorted[Math.min(searchSorted(sorted, edge, 'left'), sorted.length - 1)]!
}

/** A number as a filter reads it again. */
export function cellText(type: TableColumn['type'], value: number): string {
  if (type === 'boolean') return String(value !== 0)
  if (type !== 'date' && type !== 'datetime') return String(value)
  const text = new Date(value).toISOString()
  return type === 'date' ? text.slice(0, 10) : text
}
