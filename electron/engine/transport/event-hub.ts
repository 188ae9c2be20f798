import { withEventMeta } from '@orpc/server'
import type { StreamEvent } from '../../../shared/contract/events.ts'
import type { EventSink } from '../base/index.ts'

/** A listener that lags this far behind is told to fetch anew instead of being fed from an ever longer queue. */
const keptEvents = 10_000

interface Kept {
  sequence: number
  event: StreamEvent
}

/**
 * The one stream of events: numbers them, keeps the last ten thousand, and gives each listener all since the last one
 * it saw, without a gap, or a `reset` where that is not possible.
 */
export class EventHub implements EventSink {
  readonly boot: string
  #kept: Kept[] = []
  #sequence = 0
  readonly #wake = new Set<() => void>()
  listeners = 0

  constructor(boot: string) {
    this.boot = boot
  }

  publish(event: StreamEvent): void {
    this.#sequence += 1
    this.#kept.push({ sequence: this.#sequence, event })
    if (this.#kept.length > keptEvents * 1.5) this.#kept = this.#kept.slice(-keptEvents)
    for (const wake of this.#wake) wake()
  }

  /** Until `signal` aborts. `lastEventId` is what the listener saw last, `boot:sequence`. */
  async *listen(lastEventId: string | undefined, signal: AbortSignal | undefined): AsyncGenerator<StreamEvent> {
    this.listeners += 1
    try {
      const [boot, text] = lastEventId?.split(':') ?? []
      let seen = this.#sequence
      if (boot === undefined) yield this.#numbered({ type: 'hello', boot: this.boot }, seen)
      else if (boot === this.boot && this.#has(Number(text))) seen = Number(text)
      else yield this.#numbered({ type: 'reset', boot: this.boot }, seen)

      while (!signal?.aborted) {
        if (!this.#has(seen)) {
          seen = this.#sequence
          yield this.#numbered({ type: 'reset', boot: this.boot }, seen)
        }
        const first = this.#kept.findIndex(kept => kept.sequence > seen)
        for (const { sequence, event } of first < 0 ? [] : this.#kept.slice(first)) {
          seen = sequence
          yield this.#numbered(event, sequence)
        }
        if (seen === this.#sequence && !signal?.aborted) await this.#next(signal)
      }
    } finally {
      this.listeners -= 1
    }
  }

  /** True when every event after `sequence` is still kept. */
  #has(sequence: number): boolean {
    const oldest = this.#kept[0]?.sequence ?? this.#sequence + 1
    return Number.isInteger(sequence) && sequence <= this.#sequence && sequence >= oldest - 1
  }

  #numbered(event: StreamEvent, sequence: number): StreamEvent {
    return withEventMeta({ ...event }, { id: `${this.boot}:${sequence}` })
  }

  #next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise(resolve => {
      const done = () => {
        this.#wake.delete(done)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      this.#wake.add(done)
      signal?.addEventListener('abort', done, { once: true })
    })
  }
}
