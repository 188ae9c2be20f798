import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'

/** Fewer values are sorted sooner than they are handed over. */
const fewestValues = 1 << 17
const mostThreads = 8
const threadSource = `
const { parentPort } = require('node:worker_threads')
parentPort.on('message', values => {
  values.sort()
  parentPort.postMessage(values, [values.buffer])
})
`

/** Sorts numbers on threads, which start with the first long list. */
export class Sorter {
  readonly threads = Math.min(mostThreads, availableParallelism())
  readonly #workers: { worker: Worker; last: Promise<unknown> }[] = []
  #next = 0

  /** Ascending, NaN last; `values` is no longer the caller's, nor is the memory that it is a part of. */
  async sort(values: Float64Array): Promise<Float64Array> {
    if (values.length < fewestValues) return values.sort()
    this.#workers[this.#next] ??= { worker: new Worker(threadSource, { eval: true }), last: Promise.resolve() }
    const own = this.#workers[this.#next]!
    this.#next = (this.#next + 1) % this.threads
    const sorted = own.last.then(async () => {
      own.worker.postMessage(values, [values.buffer as ArrayBuffer])
      return (await once(own.worker, 'message'))[0] as Float64Array
    })
    own.last = sorted
    return sorted
  }

  async close(): Promise<void> {
    await Promise.all(this.#workers.map(({ worker }) => worker.terminate()))
  }
}
