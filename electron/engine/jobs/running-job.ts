import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'
import { egress } from '../clients/index.ts'
import { noteCrash } from './checkpoint.ts'
import { EventTail } from './event-tail.ts'
import { giveWay } from './give-way.ts'
import { largePages } from './large-pages.ts'
import { killGroup, processStart } from './process-identity.ts'
import { killStrays } from './process-tree.ts'
import {
  airGapVariable,
  checkpointFolder,
  errorsFile,
  eventsFile,
  type FromJob,
  type JobLine,
  type JobOutcome,
  resultFile,
  type ToJob,
} from './wire.ts'

/** After a cancel a job has this long to clean up before it is killed. */
const cancelGraceMs = 150
/** A job that is to pause has this long to come to where it writes its checkpoint, then its last one counts. */
const pauseGraceMs = 15_000
/** What it must not be cut off in lasts at most this long. */
const unbrokenMs = 30_000

export interface RunningJobHooks {
  /** The program that the process runs: `job-main`, or a test's own. */
  entry: string
  /** Computes for long: what a person waits for goes before it. */
  givesWay: boolean
  lines(lines: JobLine[]): void
  secret(name: string): Promise<string | null>
  connected(counts: ConnectionCounts): void
}

/** A job's process as the engine sees it. */
export class RunningJob {
  readonly folder: string
  readonly pid: number
  readonly pidStarted: string | null
  /** Resolves once the process is gone and its last lines were read. */
  readonly ended: Promise<JobOutcome>
  readonly #child: ChildProcess
  readonly #tail: EventTail
  readonly #hooks: RunningJobHooks
  #isCancelled = false
  #isPaused = false
  #isUnbroken = false
  #limit: NodeJS.Timeout | undefined
  /** What it was ended for. */
  #late: ErrorJson | null = null

  /** Starts the process; it does nothing until `go`. */
  constructor(folder: string, hooks: RunningJobHooks) {
    this.folder = folder
    this.#hooks = hooks
    this.#tail = new EventTail(join(folder, eventsFile))
    const errors = openSync(join(folder, errorsFile), 'a')
    this.#child = spawn(process.execPath, [hooks.entry, folder], {
      stdio: ['ignore', errors, errors, 'ipc'],
      detached: process.platform !== 'win32',
      windowsHide: true,
      env: {
        ...process.env,
        ...(hooks.givesWay ? largePages() : {}),
        ORT_DISABLE_TELEMETRY: '1',
        NODE_NO_WARNINGS: '1',
        [airGapVariable]: egress.isAirGapped ? '1' : '0',
      },
    })
    closeSync(errors)
    this.pid = this.#child.pid ?? 0
    if (this.pid && hooks.givesWay) giveWay(this.pid)
    this.pidStarted = this.pid ? processStart(this.pid) : null
    this.#child.on('message', (message: FromJob) => this.#receive(message))
    const unheard = egress.onAirGap(isOn => this.#send({ type: 'air-gap', isOn }))
    this.ended = new Promise(resolve => {
      const finish = (code: number | null, signal: NodeJS.Signals | null) => {
        unheard()
        clearTimeout(this.#limit)
        this.#readLines()
        resolve(this.#outcome(code, signal))
      }
      this.#child.once('exit', finish)
      this.#child.once('error', () => finish(null, null))
    })
  }

  get isPausing(): boolean {
    return this.#isPaused
  }

  go(): void {
    this.#send({ type: 'go' })
  }

  finish(): void {
    this.#send({ type: 'finish' })
  }

  cancel(): void {
    if (this.#isCancelled) return
    this.#isCancelled = true
    this.#send({ type: 'cancel' })
    this.#killAfter(cancelGraceMs, Date.now() + unbrokenMs)
  }

  /** Ends the process once its checkpoint is written, or `graceMs` later. */
  pause(graceMs = pauseGraceMs): void {
    this.#isPaused = true
    this.#send({ type: 'pause' })
    setTimeout(() => this.kill(), graceMs).unref()
  }

  #killAfter(ms: number, end: number): void {
    setTimeout(() => {
      if (this.#isUnbroken && Date.now() < end) this.#killAfter(cancelGraceMs, end)
      else this.kill()
    }, ms).unref()
  }

  kill(): void {
    if (this.pid && this.#child.exitCode === null && this.#child.signalCode === null) killGroup(this.pid)
  }

  #send(message: ToJob): void {
    // The process may end between the check and the message; its end is told by `exit`.
    if (this.#child.connected) this.#child.send(message, () => {})
  }

  #receive(message: FromJob): void {
    if (message.type === 'ring') this.#readLines()
    if (message.type === 'unbroken') this.#isUnbroken = message.isOn
    if (message.type === 'within') this.#bound(message.limit)
    if (message.type === 'secret') {
      const { request } = message
      this.#hooks
        .secret(message.name)
        .catch(() => null)
        .then(value => this.#send({ type: 'secret', request, value }))
    }
  }

  #bound(limit: Extract<FromJob, { type: 'within' }>['limit']): void {
    clearTimeout(this.#limit)
    if (!limit) return
    this.#limit = setTimeout(() => {
      this.#late = limit.late
      this.kill()
    }, limit.milliseconds).unref()
  }

  #readLines(): void {
    const lines = this.#tail.read()
    for (const line of lines) if (line.type === 'connections') line.counts.forEach(this.#hooks.connected)
    if (lines.length) this.#hooks.lines(lines)
  }

  #outcome(code: number | null, signal: NodeJS.Signals | null): JobOutcome {
    const outcome = readOutcome(this.folder)
    if (outcome) return outcome
    killStrays(basename(this.folder))
    if (this.#isCancelled) return { ok: false, error: new AppError('cancelled', 'Cancelled').toJSON() }
    if (this.#late) return { ok: false, error: this.#late }
    const error = crashError(this.folder, code, signal)
    if (error.code === 'internal') noteCrash(join(this.folder, checkpointFolder), howOf(code, signal))
    return { ok: false, error, cut: this.#isPaused ? 'paused' : 'crashed' }
  }
}

/** What `result.json` says; null while the job has not come to its end. */
export function readOutcome(folder: string): JobOutcome | null {
  const path = join(folder, resultFile)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as JobOutcome) : null
}

/** The error of a process that ended without a result, told from the way it went. */
function crashError(folder: string, code: number | null, signal: NodeJS.Signals | null): ErrorJson {
  const path = join(folder, errorsFile)
  const lastWords = existsSync(path) ? readFileSync(path, 'utf8').slice(-2000) : ''
  const ranOutOfHeap = /heap out of memory|bad_alloc|Out of Memory/i.test(lastWords)
  if (ranOutOfHeap || signal === 'SIGKILL') {
    return new AppError(
      'out-of-memory',
      ranOutOfHeap ? 'The job ran out of memory' : 'The job was killed, most likely for want of memory',
      { mend: 'Close other programs, or use fewer rows or columns.', details: { lastWords } },
    ).toJSON()
  }
  return new AppError('internal', `The job's process ${howOf(code, signal)} before it had a result`, {
    details: { lastWords },
  }).toJSON()
}

const howOf = (code: number | null, signal: NodeJS.Signals | null): string =>
  signal ? `ended by ${signal}` : `ended with code ${code}`
