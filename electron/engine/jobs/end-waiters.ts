/** Who waits for the end of which job. */
export class EndWaiters {
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Resolves when `end` is called with the job; an abort rejects with the signal's reason. */
  wait(id: string, signal?: AbortSignal): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const waiting = this.#waiting.get(id) ?? new Set()
      this.#waiting.set(id, waiting)
      const done = () => {
        signal?.removeEventListener('abort', aborted)
        resolve()
      }
      const aborted = () => {
        waiting.delete(done)
        reject(signal?.reason)
      }
      waiting.add(done)
      signal?.addEventListener('abort', aborted, { once: true })
    })
  }

  end(id: string): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    for (const done of waiting ?? []) done()
  }
}
