import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { productRoot } from '../../base/index.ts'

/** What a thread does from its start to its end: its part of every command. */
const threadSource = `
const { workerData: { module, memory, thread } } = require('node:worker_threads')
new WebAssembly.Instance(module, { env: { memory } }).exports.work(thread)
`

interface KernelExports {
  begin(command: number): void
  join(): void
}

let compiled: WebAssembly.Module | undefined

/** The kernel's threads: this one, which gives the commands, and `count` − 1 others, which wait for them. */
export class KernelThreads {
  readonly #workers: Worker[]
  readonly #online: Promise<unknown>
  readonly #exports: KernelExports
  #isBroken = false

  /** The header in `memory` must say how many there are. */
  constructor(memory: WebAssembly.Memory, count: number) {
    compiled ??= new WebAssembly.Module(readFileSync(join(productRoot(), 'out', 'trees.wasm')))
    const workerData = { module: compiled, memory }
    this.#workers = Array.from(
      { length: count - 1 },
      (_, i) => new Worker(threadSource, { eval: true, workerData: { ...workerData, thread: i + 1 } }),
    )
    this.#online = Promise.all(this.#workers.map(worker => once(worker, 'online')))
    this.#exports = new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelExports
  }

  /** Until then nothing may be led. */
  async ready(): Promise<void> {
    await this.#online
  }

  /** Runs a command on all threads; returns when all are done. This one does `first` before it joins the others. */
  lead(command: number, first?: () => void): void {
    try {
      this.#exports.begin(command)
      first?.()
      this.#exports.join()
    } catch (error) {
      this.#isBroken = true
      throw error
    }
  }

  /** Ends the other threads; those that wait for one that has failed are cut off. */
  async end(): Promise<void> {
    if (this.#isBroken) {
      await Promise.all(this.#workers.map(worker => worker.terminate()))
      return
    }
    const gone = this.#workers.map(worker => once(worker, 'exit'))
    this.#exports.begin(0)
    await Promise.all(gone)
  }
}
