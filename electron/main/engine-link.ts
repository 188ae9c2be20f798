import { AppError, toAppError } from '../../shared/errors.ts'
import type { RuntimeInfo } from '../headless/join-engine.ts'

const failureKeptMs = 3000
const crashesKeptMs = 60_000
const crashesUntilAsked = 3

export interface EngineLinkOptions {
  /** Joins the workspace's engine or starts one; throws an AppError. */
  join(): Promise<RuntimeInfo>
  /** Told when an engine cannot be had, once a failure: a person has to decide. */
  onTrouble(error: AppError): void
  now?(): number
}

/**
 * The engine that this shell shows. Asked for at each request: joined when first needed, and again after it was lost. An engine that
 * ends again and again is not started for ever; `retry` makes a new beginning.
 */
export class EngineLink {
  readonly #options: EngineLinkOptions
  readonly #now: () => number
  #joined: Promise<RuntimeInfo> | null = null
  #failure: { error: AppError; until: number } | null = null
  #lostAt: number[] = []

  constructor(options: EngineLinkOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** Throws why there is no engine. */
  current(): Promise<RuntimeInfo> {
    if (this.#failure && this.#now() < this.#failure.until) return Promise.reject(this.#failure.error)
    this.#joined ??= this.#join()
    return this.#joined
  }

  /** Says that `engine` did not answer: the next request looks for it, or for another. */
  async lost(engine: RuntimeInfo): Promise<void> {
    const joined = this.#joined
    if (joined === null || (await joined.catch(() => null))?.boot !== engine.boot || this.#joined !== joined) return
    this.#joined = null
    const now = this.#now()
    this.#lostAt = [...this.#lostAt.filter(at => now - at < crashesKeptMs), now]
    if (this.#lostAt.length < crashesUntilAsked) return
    this.#fail(
      new AppError('not-ready', `The engine ended ${crashesUntilAsked} times within a minute`, {
        mend: 'engine.log in the workspace says what it did last.',
      }),
      Number.POSITIVE_INFINITY,
    )
  }

  /** Says that an answer of `engine` broke off: the next request makes sure that it is still the one that listens. */
  async doubt(engine: RuntimeInfo): Promise<void> {
    const joined = this.#joined
    if ((await joined?.catch(() => null))?.boot === engine.boot && this.#joined === joined) this.#joined = null
  }

  /** Forgets every failure. */
  retry(): void {
    this.#failure = null
    this.#lostAt = []
  }

  /** Forgets the engine that was joined, without holding it against it. */
  leave(): void {
    this.retry()
    this.#joined = null
  }

  async #join(): Promise<RuntimeInfo> {
    try {
      return await this.#options.join()
    } catch (thrown) {
      this.#joined = null
      const error = toAppError(thrown)
      this.#fail(error, this.#now() + failureKeptMs)
      throw error
    }
  }

  #fail(error: AppError, until: number): void {
    const isNew = this.#failure?.error.message !== error.message
    this.#failure = { error, until }
    if (isNew) this.#options.onTrouble(error)
  }
}
