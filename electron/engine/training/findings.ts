import { argmax } from '../../../shared/inference/decode.ts'
import type { NumericColumn, Table, TableColumn } from '../../../shared/inference/table.ts'
import type { Anomalies, Clusters, Findings, OutOfBag, UnusualCell } from '../../../shared/model/findings.ts'
import { isWithoutTarget } from '../../../shared/model/run.ts'
import { measureAll } from '../evaluation/index.ts'
import { argsort, quantileOfSorted, searchSorted } from '../numerics/index.ts'
import type { FittedModel } from './algorithm.ts'
import { forecastFindings } from './forecast/findings.ts'
import type { Prepared } from './prepare.ts'
import { readOut } from './readable.ts'
import { shownValue } from './shown-value.ts'
import type { Split } from './splits/index.ts'

const shownRows = 100
const shownCells = 4
const shownColumns = 50
const scoreBins = 60
const partNames = ['train', 'validation', 'test'] as const
type Part = (typeof partNames)[number]

/**
 * What a forecast, or a model that learned without a target, says of all rows that it was given, a forest of those that its trees did not draw, and what
 * a linear model or a tree alone learned; null for others.
 */
export async function findingsOf(
  prepared: Pick<Prepared, 'spec' | 'target' | 'split' | 'raw' | 'chosen' | 'frame' | 'data' | 'signature'>,
  fitted: Pick<FittedModel, 'predict' | 'signature' | 'outOfBag' | 'readable'>,
): Promise<Findings | null> {
  const { target, split, raw, chosen, frame, data } = prepared
  if (frame) return forecastFindings(frame, split, data, fitted)
  if (fitted.readable) return readOut(fitted.readable, prepared)
  if (!isWithoutTarget(target.task)) return outOfBagOf(prepared, fitted)
  const features = new Set(chosen.features)
  const columns = raw.columns.filter(({ name }) => features.has(name))
  const rows = Int32Array.from(partNames.flatMap(part => [...split[part]]))
  const parts = partNames.flatMap(part => new Array<Part>(split[part].length).fill(part))
  const answers = await fitted.predict(rows)
  const given = { rows, parts, columns, train: split.train }
  const { classes = [], anomalyBelow = 0 } = fitted.signature ?? {}
  if (target.task === 'anomaly') return anomaliesOf(answers, anomalyBelow, given)
  const clusters = Int32Array.from(rows, (_, i) => argmax(answers, i * classes.length, classes.length))
  return clustersOf(clusters, classes, given)
}

/** Of rows that are apart by time or group the rows out of the bag say nothing: others of their time and group are in it. */
function outOfBagOf(
  { spec, target: { task, classes, values }, data }: Pick<Prepared, 'spec' | 'target' | 'data'>,
  { outOfBag }: Pick<FittedModel, 'outOfBag'>,
): OutOfBag | null {
  if (!outOfBag?.rows.length || (spec.splitColumn !== null && spec.splitBy !== 'parts')) return null
  const { rows, answers } = outOfBag
  const truth = Float64Array.from(rows, row => values[row]!)
  const metrics = measureAll({ task, classes, truth, predictions: answers })
  return { kind: 'out-of-bag', metrics, rows: rows.length, of: data.train.length }
}

interface Given {
  /** Indices in the dataset version, the training rows first. */
  rows: Int32Array
  parts: Part[]
  columns: Table['columns']
  train: Split['train']
}

function anomaliesOf(scores: Float32Array, threshold: number, { rows, parts, columns, train }: Given): Anomalies {
  const order = argsort(scores)
  const below = { train: 0, validation: 0, test: 0 }
  scores.forEach((score, i) => {
    if (score < threshold) below[parts[i]!] += 1
  })
  const [low, high] = [scores[order[0]!]!, scores[order.at(-1)!]!]
  const edges = Array.from({ length: scoreBins + 1 }, (_, i) => low + ((high - low) * i) / scoreBins)
  const counts = new Array<number>(scoreBins).fill(0)
  for (const score of scores) {
    counts[high > low ? Math.min(scoreBins - 1, Math.floor(((score - low) / (high - low)) * scoreBins)) : 0]! += 1
  }
  const unusual = columns.map(column => judge(column, train))
  const shown = Array.from(order.subarray(0, shownRows), i => ({
    row: rows[i]!,
    part: parts[i]!,
    score: scores[i]!,
    unusual: unusual
      .map(of => of(rows[i]!))
      .filter(({ distance }) => distance > 0)
      .sort((a, b) => b.distance - a.distance)
      .slice(0, shownCells)
      .map(({ cell }) => cell),
  }))
  return { kind: 'anomalies', threshold, below, scores: { edges, counts }, rows: shown }
}

/**
 * How far a row's cell is from what is usual: of training rows, the share s that is not as far from the median (or has a more frequent text)
 * as −ln(1 − s).
 */
function judge(column: TableColumn, train: Int32Array): (row: number) => { distance: number; cell: UnusualCell } {
  const surprise = (asFar: number) => -Math.log(Math.max(asFar, 0.5) / train.length)
  if (column.kind === 'text') {
    const { name, codes, dictionary } = column
    const counts = new Map<number, number>()
    for (const row of train) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1)
    const most = mostFrequent(counts)
    const asRare = (code: number) => {
      const own = counts.get(code) ?? 0
      return [...counts.values()].reduce((sum, count) => sum + (count <= own ? count : 0), 0)
    }
    const known = new Map<number, number>()
    const textOf = (code: number) => (code < 0 ? null : dictionary[code]!)
    return row => {
      const code = codes[row]!
      if (!known.has(code)) known.set(code, surprise(asRare(code)))
      return { distance: known.get(code)!, cell: { column: name, value: textOf(code), usual: textOf(most) } }
    }
  }
  const { name, values } = column
  const shown = (value: number) => (Number.isFinite(value) ? shownValue(column.type, value) : null)
  const present = Float64Array.from(train, row => values[row]!)
    .filter(Number.isFinite)
    .sort()
  const middle = quantileOfSorted(present, 0.5)
  const far = present.map(value => Math.abs(value - middle)).sort()
  return row => {
    const value = values[row]!
    const asFar = Number.isNaN(value)
      ? train.length - present.length
      : far.length - searchSorted(far, Math.abs(value - middle), 'left')
    return {
      distance: surprise(asFar),
      cell: {
        column: name,
        value: shown(value),
        usual: shown(middle),
      },
    }
  }
}

function clustersOf(clusters: Int32Array, classes: readonly string[], { parts, columns, train }: Given): Clusters {
  const sizes = classes.map(cluster => ({ cluster, rows: { train: 0, validation: 0, test: 0 } }))
  clusters.forEach((cluster, i) => {
    sizes[cluster]!.rows[parts[i]!] += 1
  })
  // The training rows come first.
  const own = clusters.subarray(0, train.length)
  const profiles = columns.map(column => ({
    column: column.name,
    ...(column.kind === 'text'
      ? textProfile(column.codes, column.dictionary, train, own, classes.length)
      : numberProfile(column, train, own, classes.length)),
  }))
  return {
    kind: 'clusters',
    clusters: sizes,
    columns: profiles.sort((a, b) => b.told - a.told).slice(0, shownColumns),
  }
}

function numberProfile({ type, values }: NumericColumn, train: Int32Array, clusters: Int32Array, count: number) {
  const sums = new Float64Array(count + 1)
  const sizes = new Float64Array(count + 1)
  const present = Array.from(train.keys()).filter(i => Number.isFinite(values[train[i]!]!))
  for (const i of present) {
    for (const place of [clusters[i]!, count]) {
      sums[place]! += values[train[i]!]!
      sizes[place]! += 1
    }
  }
  const means = Array.from(sums, (sum, place) => (sizes[place] ? sum / sizes[place]! : null))
  const mean = means[count] ?? 0
  const total = present.reduce((sum, i) => sum + (values[train[i]!]! - mean) ** 2, 0)
  const between = means
    .slice(0, count)
    .reduce<number>((sum, each, place) => sum + sizes[place]! * ((each ?? mean) - mean) ** 2, 0)
  // The mean of booleans is a share.
  const shown = means.map(each => (each === null || type === 'boolean' ? each : shownValue(type, each)))
  return { all: shown[count]!, centres: shown.slice(0, count), told: total > 0 ? Math.min(1, between / total) : 0 }
}

function textProfile(codes: Int32Array, dictionary: string[], train: Int32Array, clusters: Int32Array, count: number) {
  const all = new Map<number, number>()
  const each = Array.from({ length: count }, () => new Map<number, number>())
  train.forEach((row, i) => {
    for (const counts of [all, each[clusters[i]!]!]) counts.set(codes[row]!, (counts.get(codes[row]!) ?? 0) + 1)
  })
  const sizeOf = (counts: Map<number, number>) => [...counts.values()].reduce((sum, one) => sum + one, 0)
  let squares = 0
  for (const counts of each) {
    const size = sizeOf(counts)
    for (const [code, seen] of counts) squares += seen ** 2 / (size * all.get(code)!)
  }
  const freedom = Math.min(all.size, each.filter(({ size }) => size > 0).length) - 1
  const named = (counts: Map<number, number>) => dictionary[mostFrequent(counts)] ?? null
  return {
    all: named(all),
    centres: each.map(named),
    told: freedom > 0 ? Math.max(0, Math.min(1, (squares - 1) / freedom)) : 0,
  }
}

/** The code of the most rows, of equal ones the first seen; −1 of none. */
function mostFrequent(counts: Map<number, number>): number {
  let most = -1
  for (const [code, count] of counts) if (most < 0 || count > (counts.get(most) ?? 0)) most = code
  return most
}
