import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../../../shared/errors.ts'

/** How long the engine may be kept from answering others. */
const sliceMs = 8

/** Long work on the engine's thread in slices: between two of them it answers whoever else asks. */
export class Slices {
  readonly #signal: AbortSignal | undefined
  #begunAt = performance.now()

  constructor(signal?: AbortSignal) {
    this.#signal = signal
  }

  /** Call it between small steps. Throws `cancelled` once nobody waits for the work any more. */
  async pause(): Promise<void> {
    if (performance.now() - this.#begunAt < sliceMs) return
    await nextTurn()
    if (this.#signal?.aborted) throw new AppError('cancelled', 'Cancelled')
    this.#begunAt = performance.now()
  }
}
