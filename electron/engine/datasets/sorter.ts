import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { entryPath } from '../base/index.ts'
import type { ValueOrder } from './value-order.ts'

/** Fewer values are sorted sooner than they are handed over. */
const fewestValues = 1 << 17
const mostThreads = 8
/** Of all threads together. */
const mostBytes = 2 ** 30
const bytesPerRow = { indexed: 25, sorted: 8 }

export interface Unsorted {
  /** Those that are there, in the order of the file. */
  values: Float64Array
  /** A 1 for each row without a value; null where there is none. */
  isMissing: Uint8Array | null
  /** Whether it is to be known which row each value is of. */
  isIndexed: boolean
}

export interface Sorted {
  /** Ascending, NaN last. */
  values: Float64Array
  /** Null where it was not asked for. */
  index: ValueOrder | null
}

/** Sorts columns of so many rows on threads, which start with the first long one. */
export class Sorter {
  readonly threads: number
  readonly #workers: { worker: Worker; last: Promise<unknown> }[] = []
  #next = 0

  constructor(rows: number, isIndexed: boolean) {
    const room = Math.floor(mostBytes / (rows * bytesPerRow[isIndexed ? 'indexed' : 'sorted']))
    this.threads = Math.max(1, Math.min(mostThreads, availableParallelism(), room))
  }

  /** What is given is no longer the caller's, nor is the memory that it is a part of. */
  async sort(unsorted: Unsorted): Promise<Sorted> {
    const { values, isMissing, isIndexed } = unsorted
    if (!isIndexed && values.length < fewestValues) return { values: values.sort(), index: null }
    this.#workers[this.#next] ??= { worker: new Worker(entryPath('sort-thread')), last: Promise.resolve() }
    const own = this.#workers[this.#next]!
    this.#next = (this.#next + 1) % this.threads
    const sorted = own.last.then(async () => {
      const memory = [values, ...(isMissing ? [isMissing] : [])].map(({ buffer }) => buffer as ArrayBuffer)
      own.worker.postMessage(unsorted, memory)
      return (await once(own.worker, 'message'))[0] as Sorted
    })
    own.last = sorted
    return sorted
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()))
  }
}
