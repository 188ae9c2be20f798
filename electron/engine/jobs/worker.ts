import { closeSync, openSync, readFileSync, writeSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobKindId } from '../../../shared/contract/jobs.ts'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'
import { writeFileAtomic } from '../base/index.ts'
import { egress } from '../clients/index.ts'
import { Checkpoint, PausedError } from './checkpoint.ts'
import type { CurvePoint, JobContext, JobFunction } from './job.ts'
import { keepLargePages } from './large-pages.ts'
import {
  airGapVariable,
  checkpointFolder,
  eventsFile,
  type FromJob,
  type JobLine,
  type JobOutcome,
  type JobSpec,
  resultFile,
  specFile,
  type ToJob,
} from './wire.ts'

/** Events are gathered this long before they are written and the engine is told. */
const gatherMs = 100

/** Job kind → its function, loaded when it is needed and not before. */
export type JobFunctions = Partial<Record<JobKindId, () => Promise<JobFunction<never, unknown>>>>

/**
 * The whole life of a job's process: waits for the engine's word, runs the function, writes `result.json` last. Ends
 * when the engine is gone, so that no job runs that nobody will hear of.
 */
export async function runJobProcess(folder: string, functions: JobFunctions): Promise<void> {
  keepLargePages()
  const abort = new AbortController()
  egress.setAirGap(process.env[airGapVariable] === '1')
  const finish = new AbortController()
  const pause = new AbortController()
  const secrets = new Map<number, (value: string | null) => void>()
  const started = new Promise<void>(resolve => {
    process.on('message', (message: ToJob) => {
      if (message.type === 'go') resolve()
      if (message.type === 'cancel') abort.abort(new AppError('cancelled', 'Cancelled'))
      if (message.type === 'air-gap') egress.setAirGap(message.isOn)
      if (message.type === 'finish') finish.abort()
      if (message.type === 'pause') pause.abort()
      if (message.type === 'secret') secrets.get(message.request)?.(message.value)
    })
  })
  let unbroken: Promise<unknown> | null = null
  process.on('disconnect', async () => {
    await unbroken?.catch(() => {})
    process.exit(3)
  })
  if (!process.connected) process.exit(3)
  await started

  const writer = new EventWriter(join(folder, eventsFile))
  egress.onConnections(counts => writer.connections(counts))
  const spec = JSON.parse(readFileSync(join(folder, specFile), 'utf8')) as JobSpec
  const context: JobContext = {
    folder,
    outFolder: join(folder, 'out'),
    temporaryFolder: join(folder, 'tmp'),
    signal: abort.signal,
    finish: finish.signal,
    checkpoint: new Checkpoint(join(folder, checkpointFolder), pause.signal, (message, level) =>
      writer.log(message, level),
    ),
    progress: (fraction, phase) => writer.progress(fraction, phase),
    log: (message, level = 'info') => writer.log(message, level),
    metric: (key, step, value) => writer.point({ key, step, value }),
    record: record => writer.record(record),
    secret(name) {
      const request = secrets.size
      return new Promise(resolve => {
        secrets.set(request, resolve)
        send({ type: 'secret', request, name })
      })
    },
    async unbroken(work) {
      send({ type: 'unbroken', isOn: true })
      try {
        const result = work()
        unbroken = result
        return await result
      } finally {
        unbroken = null
        send({ type: 'unbroken', isOn: false })
      }
    },
    async within(milliseconds, late, work) {
      send({ type: 'within', limit: { milliseconds, late: late.toJSON() } })
      try {
        return await work()
      } finally {
        send({ type: 'within', limit: null })
      }
    },
  }
  const outcome = await runFunction(spec, functions, context)
  egress.count()
  writer.close()
  // What a failed job made is of no use, and on a full disk its result can be written only when that is gone.
  if (!outcome.ok)
    for (const made of [context.outFolder, context.temporaryFolder]) await rm(made, { recursive: true, force: true })
  await writeFileAtomic(join(folder, resultFile), JSON.stringify(outcome))
  // A library may hold a thread or a handle open; the result is on disk, so there is nothing left to wait for.
  process.exit(0)
}

async function runFunction(spec: JobSpec, functions: JobFunctions, context: JobContext): Promise<JobOutcome> {
  try {
    const load = functions[spec.kind as JobKindId]
    if (!load) throw new AppError('internal', `There is no job of the kind "${spec.kind}"`)
    const run = (await load()) as JobFunction<unknown, unknown>
    return { ok: true, output: (await run(spec.input, context)) ?? null }
  } catch (thrown) {
    if (thrown instanceof PausedError) {
      return { ok: false, cut: 'paused', error: new AppError('interrupted', 'Paused').toJSON() }
    }
    const error = context.signal.aborted ? new AppError('cancelled', 'Cancelled') : toAppError(thrown)
    if (error.code === 'internal' && thrown instanceof Error) console.error(thrown.stack)
    return { ok: false, error: error.toJSON() }
  }
}

function send(message: FromJob): void {
  // The engine may be gone between the check and the message; `disconnect` says so.
  if (process.connected) process.send?.(message, undefined, undefined, () => {})
}

/** Appends lines to `events.jsonl`, at most ten times a second, of progress only the last word. */
class EventWriter {
  readonly #descriptor: number
  #progress: JobLine | null = null
  #points: CurvePoint[] = []
  #records: unknown[] = []
  #counts: ConnectionCounts[] = []
  #lines: JobLine[] = []
  #unwritten: Buffer = Buffer.alloc(0)
  #lastFlush = 0
  #isClosed = false
  #timer: NodeJS.Timeout | null = null

  constructor(path: string) {
    this.#descriptor = openSync(path, 'a')
  }

  progress(fraction: number | null, phase: string): void {
    const bounded = fraction === null || Number.isNaN(fraction) ? null : Math.min(1, Math.max(0, fraction))
    this.#progress = { type: 'progress', at: Date.now(), fraction: bounded, phase }
    this.#schedule()
  }

  log(message: string, level: 'info' | 'warn' | 'error'): void {
    this.#lines.push({ type: 'log', at: Date.now(), level, message: message.slice(0, 10_000) })
    this.#schedule()
  }

  point(point: CurvePoint): void {
    if (!Number.isFinite(point.value)) return
    this.#points.push(point)
    this.#schedule()
  }

  /** As it is now: who recorded it may change it. */
  record(record: unknown): void {
    this.#records.push(structuredClone(record))
    this.#schedule()
  }

  connections(counts: ConnectionCounts): void {
    this.#counts.push(counts)
    this.#schedule()
  }

  close(): void {
    this.#flush()
    this.#isClosed = true
    closeSync(this.#descriptor)
  }

  /**
   * Writes at once when the last write is long ago, and what else comes in this turn at its end: a busy function may not let a timer run, or
   * not before it has worked for long.
   */
  #schedule(): void {
    if (Date.now() - this.#lastFlush >= gatherMs) {
      this.#flush()
      setImmediate(() => this.#flush())
    } else this.#timer ??= setTimeout(() => this.#flush(), gatherMs)
  }

  #flush(): void {
    if (this.#isClosed) return
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    this.#lastFlush = Date.now()
    const lines = this.#lines.splice(0)
    if (this.#points.length) lines.push({ type: 'points', at: Date.now(), points: this.#points.splice(0) })
    if (this.#records.length) lines.push({ type: 'records', at: Date.now(), records: this.#records.splice(0) })
    if (this.#counts.length) lines.push({ type: 'connections', at: Date.now(), counts: this.#counts.splice(0) })
    if (this.#progress) lines.push(this.#progress)
    this.#progress = null
    if (!lines.length) return
    const text = lines.map(line => `${JSON.stringify(line)}\n`).join('')
    this.#unwritten = Buffer.concat([this.#unwritten, Buffer.from(text)])
    try {
      // A disk that fills up takes the beginning of a line: what is left of it comes first the next time.
      while (this.#unwritten.length > 0)
        this.#unwritten = this.#unwritten.subarray(writeSync(this.#descriptor, this.#unwritten))
      send({ type: 'ring' })
    } catch (error) {
      // A disk that is full ends a job through its own work, with a message, and not through its log.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
  }
}
