import { type ChildProcess, execFileSync, fork } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { AppError, type ErrorJson } from '../../../../shared/errors.ts'
import { formatSeconds } from '../../../../shared/lib/format.ts'
import { entryPath, machineMemory } from '../../base/index.ts'
import type { FromTrial, ToTrial } from './wire.ts'

export interface TrialLimits {
  /** Wall clock; Infinity for none. */
  milliseconds: number
  /** Of the whole process; Infinity for none. */
  bytes: number
}

const watchMs = 100
const shareOfMemory = 0.7
const pageBytes = 4096
const lastWordsKept = 2000

/** A process that fits trials, held to its limits from outside: what overruns them, or dies, costs this process only. */
export class TrialProcess {
  readonly #child: ChildProcess
  #lastWords = ''
  #waiting: ((answer: FromTrial) => void) | null = null
  #death: ErrorJson | null = null

  constructor() {
    this.#child = fork(entryPath('trial'), [], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      windowsHide: true,
    } as Parameters<typeof fork>[2])
    this.#child.stderr?.on('data', (chunk: Buffer) => {
      this.#lastWords = (this.#lastWords + chunk.toString('utf8')).slice(-lastWordsKept)
    })
    this.#child.on('message', (message: FromTrial) => this.#answer(message))
    this.#child.once('error', error => this.#die(new AppError('internal', `A trial could not start: ${error.message}`)))
    this.#child.once('exit', (code, signal) => this.#die(crash(code, signal, this.#lastWords)))
  }

  get isAlive(): boolean {
    return this.#death === null
  }

  /** Sends and waits for the answer, or for the end of the process, whose reason is then the answer. Never throws. */
  async ask(message: ToTrial, limits: TrialLimits): Promise<FromTrial> {
    if (this.#death) return { type: 'failed', error: this.#death }
    const begun = performance.now()
    const watch = setInterval(() => {
      if (performance.now() - begun > limits.milliseconds) this.end(outOfTime(limits.milliseconds))
      else if (limits.bytes < Number.POSITIVE_INFINITY) {
        const bytes = residentBytes(this.#child.pid)
        if (bytes > limits.bytes) this.end(outOfMemory(bytes, limits.bytes))
      }
    }, watchMs)
    try {
      return await new Promise(resolve => {
        this.#waiting = resolve
        this.#child.send(message, () => {})
      })
    } finally {
      clearInterval(watch)
    }
  }

  /** Ends the process at once; what it is asked just now is answered with `reason`. */
  end(reason: AppError): void {
    this.#die(reason)
    this.#child.kill('SIGKILL')
  }

  #die(reason: AppError): void {
    this.#death ??= reason.toJSON()
    this.#answer({ type: 'failed', error: this.#death })
  }

  #answer(message: FromTrial): void {
    const waiting = this.#waiting
    this.#waiting = null
    waiting?.(message)
  }
}

/**
 * Memory that one process of a search may hold where nobody said: most of the machine's, or of what its container may have, shared by so many
 * trials at the same time and the process that writes.
 */
export function bytesOfTrial(parallel: number, machine = machineMemory()): number {
  return (machine * shareOfMemory) / (parallel + 1)
}

/** Memory that a process holds; 0 where the system does not tell. */
function residentBytes(pid: number | undefined): number {
  if (pid === undefined) return 0
  try {
    if (process.platform === 'linux') {
      return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * pageBytes
    }
    if (process.platform === 'win32') return 0
    return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8', stdio: 'pipe' })) * 1024
  } catch {
    return 0
  }
}

const megabytes = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`

function outOfTime(milliseconds: number): AppError {
  return new AppError('cancelled', `It took longer than the ${formatSeconds(milliseconds / 1000)} that one trial may`)
}

function outOfMemory(bytes: number, limit: number): AppError {
  return new AppError(
    'out-of-memory',
    `A trial held ${megabytes(bytes)} of memory, and ${megabytes(limit)} are allowed`,
    {
      mend: 'Allow more memory, or fewer trials at the same time.',
    },
  )
}

function crash(code: number | null, signal: NodeJS.Signals | null, lastWords: string): AppError {
  if (signal === 'SIGKILL' || /heap out of memory|bad_alloc|Out of Memory/i.test(lastWords)) {
    return new AppError('out-of-memory', "A trial's process was killed, most likely for want of memory", {
      details: { lastWords },
    })
  }
  return new AppError('internal', `A trial's process ended by ${signal ?? `code ${code}`} before it had a result`, {
    details: { lastWords },
  })
}
