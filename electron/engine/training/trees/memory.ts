import { AppError } from '../../../../shared/errors.ts'

const pageBytes = 65_536
/** All that 32 bits can address. */
const mostPages = 65_536
/** Below it: the kernel's own constants, then the header that `assembly/layout.ts` reads. */
const firstFree = 131_072

/** The memory that all threads of the kernel share: places are taken in order and never given back. */
export class KernelMemory {
  readonly memory = new WebAssembly.Memory({ initial: firstFree / pageBytes, maximum: mostPages, shared: true })
  #next = firstFree

  /** Byte offset of `bytes` new bytes, on a cache line of their own. Throws `out-of-memory` past 4 GiB, or where the machine has no more. */
  take(bytes: number): number {
    const at = this.#next
    this.#next += Math.ceil(bytes / 64) * 64
    const missing = Math.ceil(this.#next / pageBytes) - this.memory.buffer.byteLength / pageBytes
    if (missing > 0) {
      try {
        this.memory.grow(missing)
      } catch {
        const wanted = (this.#next / 2 ** 30).toFixed(1)
        throw new AppError('out-of-memory', `The trees want ${wanted} GiB of memory in one piece`, {
          mend: 'Train on fewer rows or columns, or with fewer leaves or bins; at most 4 GiB can be had.',
        })
      }
    }
    return at
  }

  /** Gives back everything from `at` on. */
  release(at: number): void {
    this.#next = at
  }

  ints(at: number, length: number): Int32Array {
    return new Int32Array(this.memory.buffer, at, length)
  }

  floats(at: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, at, length)
  }

  doubles(at: number, length: number): Float64Array {
    return new Float64Array(this.memory.buffer, at, length)
  }

  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.memory.buffer, at, length)
  }
}
