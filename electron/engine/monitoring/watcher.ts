import { AppError, toAppError } from '../../../shared/errors.ts'
import type { DriftAnswer } from '../../../shared/inference/drift-window.ts'
import type { Endpoint, EndpointEvent } from '../../../shared/model/monitoring.ts'
import type { DomainContext } from '../jobs/index.ts'
import type { EventStore } from './event-store.ts'
import type { References } from './references.ts'
import { scrape } from './scrape.ts'
import type { EndpointStore, WatchRecord } from './store.ts'
import type { WindowStore } from './window-store.ts'
import { addLatency, latencyQuantiles, windowFault } from './windows.ts'

export interface WatcherOptions {
  intervalMs: number
  /** The longest wait between two looks at something that is down. */
  maximumWaitMs: number
}

export interface WatcherParts {
  endpoints: EndpointStore
  windows: WindowStore
  events: EventStore
  references: References
  replicasOf(deployment: string, signal?: AbortSignal): Promise<string[]>
  /** The columns that drift lately; null where there is too little to tell. */
  driftedLately(endpoint: Endpoint, signal: AbortSignal): Promise<string[] | null>
}

/** What is counted again at each scrape, though it was taken already: a replica behind a balancer may be missed for long. */
const overlapMs = 10 * 60_000
const latencyWindowMs = 3_600_000
/** Of an event's text, in characters: as much as a person may write. */
const longestNote = 200
const compareEveryMs = 60_000
const tidyEveryMs = 15 * 60_000
/** `lastSeenAt` alone is written to the registry this seldom. */
const seenEveryMs = 60_000

interface Look {
  answers: DriftAnswer[]
  /** In words, of what did not answer or was not taken. */
  faults: string[]
  /** Why the first of them did not answer; null where all did. */
  error: AppError | null
}

/** Looks at every watched endpoint from time to time and keeps what it counted. */
export class Watcher {
  readonly #context: DomainContext
  readonly #parts: WatcherParts
  readonly #options: WatcherOptions
  readonly #timers = new Map<string, NodeJS.Timeout>()
  readonly #failures = new Map<string, number>()
  readonly #rounds = new Map<string, Promise<Endpoint>>()
  /** The newest state, which may be ahead of the registry by a `lastSeenAt`. */
  readonly #live = new Map<string, Endpoint>()
  /** Rows at the latest comparison, and when that was. */
  readonly #compared = new Map<string, { rows: number; at: number }>()
  readonly #abort = new AbortController()
  #tidiedAt = 0

  constructor(context: DomainContext, parts: WatcherParts, options: WatcherOptions) {
    this.#context = context
    this.#parts = parts
    this.#options = options
  }

  /** Begins with everything that is watched, spread over one interval. */
  start(): void {
    for (const { endpoint } of this.#parts.endpoints.list()) this.follow(endpoint.endpoint)
  }

  follow(name: string): void {
    if (this.#abort.signal.aborted) return
    clearTimeout(this.#timers.get(name))
    const failures = this.#failures.get(name) ?? 0
    const wait = Math.min(this.#options.intervalMs * 2 ** failures, this.#options.maximumWaitMs)
    const timer = setTimeout(() => void this.#turn(name), wait * (0.8 + 0.4 * Math.random()))
    timer.unref()
    this.#timers.set(name, timer)
  }

  forget(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
    this.#failures.delete(name)
    this.#live.delete(name)
    this.#compared.delete(name)
  }

  shown(record: WatchRecord): Endpoint {
    return this.#live.get(record.endpoint.endpoint) ?? record.endpoint
  }

  get isClosed(): boolean {
    return this.#abort.signal.aborted
  }

  async close(): Promise<void> {
    this.#abort.abort()
    for (const timer of this.#timers.values()) clearTimeout(timer)
    this.#timers.clear()
    await Promise.allSettled(this.#rounds.values())
  }

  async #turn(name: string): Promise<void> {
    try {
      await this.compare(await this.look(name), compareEveryMs)
    } catch (error) {
      if (!this.#abort.signal.aborted) {
        this.#context.logger.warn({ err: toAppError(error), endpoint: name }, 'could not look at a watched endpoint')
      }
    }
    if (this.#timers.has(name)) this.follow(name)
    const now = this.#context.clock()
    if (now - this.#tidiedAt > tidyEveryMs && !this.#abort.signal.aborted) {
      this.#tidiedAt = now
      this.#parts.windows.tidy(now)
    }
  }

  /** Scrapes now; a look that is under way is shared. A server that does not answer is a state, not an error. */
  look(name: string): Promise<Endpoint> {
    const running = this.#rounds.get(name)
    if (running) return running
    const round = this.#round(name).finally(() => this.#rounds.delete(name))
    this.#rounds.set(name, round)
    return round
  }

  /** As `look`, and never shares one that began earlier. */
  async lookAnew(name: string): Promise<Endpoint> {
    await this.#rounds.get(name)?.catch(() => {})
    return this.look(name)
  }

  async #round(name: string): Promise<Endpoint> {
    const record = this.#parts.endpoints.get(name)
    if (!record) throw new AppError('not-found', `Nothing is watched as "${name}"`)
    const before = this.shown(record)
    const look = await this.ask(record)
    if (this.#abort.signal.aborted) throw new AppError('cancelled', 'The engine is ending')
    if (!this.#parts.endpoints.get(name)) throw new AppError('not-found', `"${name}" is not watched any more`)
    const endpoint = await this.take(record, before, look)
    if (!this.#parts.endpoints.get(name)) {
      this.#parts.windows.forget(name)
      throw new AppError('not-found', `"${name}" is not watched any more`)
    }
    this.#failures.set(name, endpoint.status === 'down' ? (this.#failures.get(name) ?? 0) + 1 : 0)
    this.save(record, before, endpoint)
    return endpoint
  }

  /** Says of an endpoint which columns drift lately, when it counted rows since; at most once in `everyMs`. */
  async compare(endpoint: Endpoint, everyMs = 0): Promise<void> {
    const { endpoint: name, rows } = endpoint
    const now = this.#context.clock()
    const last = this.#compared.get(name)
    if (last && (last.rows === rows || now - last.at < everyMs)) return
    this.#compared.set(name, { rows, at: now })
    const drifted = await this.#parts.driftedLately(endpoint, this.#abort.signal)
    const record = this.#parts.endpoints.get(name)
    if (!record || drifted === null) return
    const before = this.shown(record)
    this.save(record, before, { ...before, drifted })
  }

  /** Every replica's answer, and what went wrong with the others. */
  async ask(record: WatchRecord): Promise<Look> {
    const { signal } = this.#abort
    const { url, endpoint, bundleDigest } = record.endpoint
    let addresses: string[]
    try {
      addresses = record.deployment ? await this.#parts.replicasOf(record.deployment, signal) : [url]
    } catch (error) {
      return { answers: [], faults: [toAppError(error).message], error: toAppError(error) }
    }
    if (!addresses.length) {
      return { answers: [], faults: [`The deployment ${record.deployment} has no ready replica`], error: null }
    }
    const newest = bundleDigest ? this.#parts.windows.newestStart(endpoint, bundleDigest) : null
    const sinceMs = newest === null ? null : Math.max(0, newest - overlapMs)
    const answers: DriftAnswer[] = []
    const errors: AppError[] = []
    await Promise.all(
      addresses.map(async address => {
        try {
          answers.push(await scrape(address, sinceMs, signal))
        } catch (error) {
          errors.push(toAppError(error))
        }
      }),
    )
    return { answers, faults: errors.map(({ message }) => message), error: errors[0] ?? null }
  }

  /** Keeps the answers' windows and gives the endpoint as it now stands. */
  async take(record: WatchRecord, before: Endpoint, look: Look): Promise<Endpoint> {
    const name = record.endpoint.endpoint
    const faults = [...look.faults]
    if (!look.answers.length) {
      const { code, message, mend } = look.error ?? {}
      // What may not be asked may well be up.
      if (code === 'air-gapped') return { ...before, status: 'unknown', message: `${message}. ${mend}` }
      return { ...before, status: 'down', message: faults[0] ?? 'It does not answer' }
    }
    for (const answer of look.answers) {
      const { digest } = answer.model
      const reference = await this.#parts.references.get(digest)
      if (!reference) {
        faults.push(
          `Its model (${digest.slice(0, 19)}…) is not of this workspace: there is no training reference to compare with`,
        )
      } else if (answer.binSetDigest !== reference.binSetDigest) {
        faults.push('It counts over other bins than its model bundle has; its counts are not taken')
        continue
      }
      const sound = answer.windows.filter(window => {
        const fault = windowFault(window, reference?.profile ?? null)
        if (fault) faults.push(`A window was not taken: ${fault}`)
        return fault === null
      })
      const { shrunk } = this.#parts.windows.merge(name, digest, sound)
      if (shrunk) faults.push(`${shrunk} windows were not taken: their counts shrank`)
    }
    // During a roll-over replicas may serve two models: the newest version stands for the endpoint.
    const newest = look.answers.reduce((most, next) =>
      (next.model.version ?? 0) > (most.model.version ?? 0) ? next : most,
    )
    const { digest, version } = newest.model
    const now = this.#context.clock()
    record.latencyBoundsMs = newest.latencyBoundsMs
    const latency: number[] = []
    for (const head of this.#parts.windows.heads(name, { fromMs: now - latencyWindowMs })) {
      if (head.bundleDigest === digest) addLatency(latency, head.latency)
    }
    return {
      ...before,
      status: 'up',
      lastSeenAt: now,
      message: faults[0] ?? null,
      model: newest.model.name,
      version,
      bundleDigest: digest,
      ...this.#parts.windows.totals(name, digest),
      latencyMs: latencyQuantiles(latency, newest.latencyBoundsMs),
      drifted: digest === before.bundleDigest ? before.drifted : null,
    }
  }

  /** Makes a state known: in the registry when it says something new, and to whoever listens. */
  save(record: WatchRecord, before: Endpoint, endpoint: Endpoint): void {
    const name = endpoint.endpoint
    this.#live.set(name, endpoint)
    const same = JSON.stringify({ ...before, lastSeenAt: null }) === JSON.stringify({ ...endpoint, lastSeenAt: null })
    const stored = record.endpoint.lastSeenAt ?? 0
    if (same && (endpoint.lastSeenAt ?? 0) - stored < seenEveryMs) return
    this.#parts.endpoints.put({ ...record, endpoint })
    this.#noteChanges(before, endpoint)
    if (!same) this.#context.events.publish({ type: 'changed', entity: 'endpoint', id: name })
  }

  /** Writes down what a person would look for beside a change in a chart: another model, not there, there again. */
  #noteChanges(before: Endpoint, endpoint: Endpoint): void {
    const note = (kind: EndpointEvent['kind'], text: string) =>
      this.#parts.events.add({
        endpoint: endpoint.endpoint,
        at: this.#context.clock(),
        kind,
        text: text.slice(0, longestNote),
      })
    if (before.bundleDigest && before.bundleDigest !== endpoint.bundleDigest) {
      note('model', `${served(endpoint)} took the place of ${served(before)}`)
    }
    const [was, is] = [before.drifted ?? [], endpoint.drifted ?? []]
    if (is.length && !was.length) note('drift', `Drift: ${is.join(', ')}`)
    if (was.length && endpoint.drifted && !is.length) note('drift', 'No column drifts any more')
    if (before.status === 'up' && endpoint.status === 'down') note('state', 'It no longer answers')
    if (before.status === 'down' && endpoint.status === 'up') note('state', 'It answers again')
  }
}

const served = ({ model, version }: Endpoint) => `${model ?? 'a model'}${version === null ? '' : `:${version}`}`
