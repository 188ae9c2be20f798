import type { ColumnType } from '../model/dataset.ts'
import { binCategory, binNumber, labelPlaces } from './bins.ts'
import type { ReferenceColumn, ReferenceProfile } from './bundle.ts'
import { rollUp } from './drift-merge.ts'
import type { DriftWindow, SparseCounts } from './drift-window.ts'
import { toNumber, toText } from './raw-value.ts'
import type { Output, RawRow, Signature } from './signature.ts'

const minuteMs = 60_000
/** Of more bins than these a window is a quarter of an hour: whoever watches is told all of the running one every few seconds. */
const mostBinsByMinute = 2 ** 17
/** Counts in the windows that are kept, some 70 bytes each: of more the older are summed before their time, and in the end the oldest let go. */
const mostKept = 2 ** 21
/** Upper bounds of the latency counts; one more count stands for everything above. */
export const latencyBoundsMs = [0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000]

/** Counts one column's values over its reference bins. */
class ColumnCounter {
  readonly name: string
  readonly #counts: Uint32Array
  readonly #edges: Float64Array | null
  readonly #places: ReadonlyMap<string, number>
  #missing = 0

  constructor(reference: ReferenceColumn) {
    this.name = reference.name
    this.#counts = new Uint32Array(reference.counts.length)
    this.#edges = reference.kind === 'number' ? Float64Array.from(reference.edges) : null
    this.#places = reference.kind === 'category' ? labelPlaces(reference.labels) : new Map()
  }

  get isNumber(): boolean {
    return this.#edges !== null
  }

  addNumber(value: number): void {
    this.#add(binNumber(this.#edges!, value))
  }

  addLabel(label: string | null): void {
    this.#add(binCategory(this.#places, label))
  }

  #add(bin: number): void {
    if (bin < 0) this.#missing += 1
    else this.#counts[bin]! += 1
  }

  sparse(): SparseCounts {
    const bins: [number, number][] = []
    this.#counts.forEach((count, bin) => {
      if (count) bins.push([bin, count])
    })
    return { name: this.name, bins, missing: this.#missing }
  }

  clear(): void {
    this.#counts.fill(0)
    this.#missing = 0
  }
}

/**
 * What one replica counted, by the minute (by the quarter of an hour where there are very many bins): raw inputs and predictions over the bins of a reference profile, errors and
 * latencies. Keeps counts only, never a row. Adding costs a binary search a number; earlier minutes are sealed sparse.
 */
export class DriftCounter {
  readonly #identity: { replica: string; boot: string }
  readonly #columns: { counter: ColumnCounter; type: ColumnType }[]
  readonly #predictions: ColumnCounter[]
  readonly #classes: readonly string[]
  readonly #spanMs: number
  readonly #mostKept: number
  readonly #latency = new Uint32Array(latencyBoundsMs.length + 1)
  #sealed: DriftWindow[] = []
  #startMs = 0
  #rows = 0
  #errors = 0
  #sequence = 0

  constructor(options: {
    signature: Signature
    profile: ReferenceProfile
    replica: string
    boot: string
    mostKept?: number
  }) {
    const { signature, profile, replica, boot } = options
    const types = new Map(signature.columns.map(({ name, type }) => [name, type]))
    this.#identity = { replica, boot }
    this.#columns = profile.columns.map(column => ({
      counter: new ColumnCounter(column),
      type: types.get(column.name) ?? (column.kind === 'number' ? 'number' : 'text'),
    }))
    this.#predictions = profile.predictions.map(column => new ColumnCounter(column))
    this.#classes = signature.classes
    const bins = profile.columns.reduce((sum, { counts }) => sum + counts.length, 0)
    this.#spanMs = bins > mostBinsByMinute ? 15 * minuteMs : minuteMs
    this.#mostKept = options.mostKept ?? mostKept
  }

  /** One answered request: its rows (already held against the contract), their answers, and how long it took. */
  add(nowMs: number, rows: readonly RawRow[], outputs: readonly Output[], latencyMs: number): void {
    this.#turn(nowMs)
    for (const { counter, type } of this.#columns) {
      const { name } = counter
      for (const row of rows) {
        const raw = Object.hasOwn(row, name) ? row[name] : null
        if (counter.isNumber) counter.addNumber(toNumber(raw, type) ?? Number.NaN)
        else if (type === 'boolean') counter.addLabel(booleanLabel(toNumber(raw, type)))
        else counter.addLabel(toText(raw) ?? null)
      }
    }
    this.#addPredictions(outputs)
    this.#rows += rows.length
    this.#latency[placeOf(latencyMs)]! += 1
    this.#sequence += 1
  }

  /** One request that was refused or failed. */
  addError(nowMs: number): void {
    this.#turn(nowMs)
    this.#errors += 1
    this.#sequence += 1
  }

  /** Windows that end after `sinceMs`, the running one last. */
  windows(nowMs: number, sinceMs = 0): DriftWindow[] {
    this.#turn(nowMs)
    const all = this.#isEmpty ? this.#sealed : [...this.#sealed, this.#snapshot()]
    return all.filter(window => window.startMs + window.spanMs > sinceMs)
  }

  #addPredictions(outputs: readonly Output[]): void {
    const classes = this.#classes
    this.#predictions.forEach((counter, at) => {
      if (!counter.isNumber) for (const { prediction } of outputs) counter.addLabel(String(prediction))
      else if (classes.length === 0) for (const { prediction } of outputs) counter.addNumber(Number(prediction))
      else {
        const label = classes[at + 1]!
        for (const { probabilities } of outputs) counter.addNumber(probabilities?.[label] ?? Number.NaN)
      }
    })
  }

  get #isEmpty(): boolean {
    return this.#rows === 0 && this.#errors === 0
  }

  /** Begins the window of `nowMs`. A clock that goes back keeps the running one, so that counts only grow. */
  #turn(nowMs: number): void {
    const startMs = nowMs - (nowMs % this.#spanMs)
    if (startMs <= this.#startMs) return
    if (!this.#isEmpty) this.#sealed.push(this.#snapshot())
    this.#sealed = rollUp(this.#sealed, nowMs)
    if (countsIn(this.#sealed) > this.#mostKept) this.#sealed = rollUp(this.#sealed, nowMs, true)
    while (countsIn(this.#sealed) > this.#mostKept) this.#sealed.shift()
    this.#startMs = startMs
    this.#rows = 0
    this.#errors = 0
    this.#latency.fill(0)
    for (const { counter } of this.#columns) counter.clear()
    for (const counter of this.#predictions) counter.clear()
  }

  #snapshot(): DriftWindow {
    return {
      ...this.#identity,
      sequence: this.#sequence,
      startMs: this.#startMs,
      spanMs: this.#spanMs,
      rows: this.#rows,
      errors: this.#errors,
      columns: this.#columns.map(({ counter }) => counter.sparse()),
      predictions: this.#predictions.map(counter => counter.sparse()),
      latency: [...this.#latency],
    }
  }
}

function countsIn(windows: readonly DriftWindow[]): number {
  return windows.reduce((sum, { columns }) => columns.reduce((counts, { bins }) => counts + bins.length, sum), 0)
}

function booleanLabel(value: number | undefined): string | null {
  if (value === undefined || Number.isNaN(value)) return null
  return value ? 'true' : 'false'
}

function placeOf(latencyMs: number): number {
  const place = latencyBoundsMs.findIndex(bound => latencyMs <= bound)
  return place < 0 ? latencyBoundsMs.length : place
}
