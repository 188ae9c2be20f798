import { spawn } from 'node:child_process'
import { basename } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { JobContext } from './job.ts'
import { Printed } from './printed.ts'
import { markOf, ProcessTree, type TreeUsage } from './process-tree.ts'

/** Between two looks at what the program takes, at first and later. */
const firstSampleMs = 25
const sampleMs = 500
/** Processes that a mark does not reach may hold the pipes open after the program's end. */
const drainMs = 2000

export interface ProgramOptions {
  program: string
  args: readonly string[]
  /** What a message calls it. */
  kind?: 'program' | 'Python'
  /** The folder that it stands in. */
  cwd: string
  /** On top of this process's own, without what is Lathe's business. */
  environment?: Record<string, string>
  /** Texts that no log may hold, such as values of its environment. */
  hidden?: readonly string[]
  /** It is ended after so long; null for never. */
  limitMs?: number | null
  /** What to do where it cannot be started. */
  mend?: string
}

export interface ProgramEnd {
  /** Null where it was killed. */
  code: number | null
  killedBy: NodeJS.Signals | null
  /** It ran into its limit. */
  isOverdue: boolean
  usage: TreeUsage & { seconds: number }
  printed: { lines: number; bytes: number }
  /** The last lines of its standard error. */
  errors: string[]
}

/**
 * Runs a program of the user's as a child of the job. Whatever it forks ends with it: at its own end, at a cancel, at its limit, and with the job's
 * process. What it prints goes into the job's log, bounded. Throws `not-found` for a program that cannot be started, and the
 * signal's reason after a cancel.
 */
export async function runProgram(
  { program, args, kind = 'program', cwd, environment = {}, hidden = [], limitMs = null, mend }: ProgramOptions,
  { signal, folder, log }: Pick<JobContext, 'signal' | 'folder' | 'log'>,
): Promise<ProgramEnd> {
  signal.throwIfAborted()
  const job = basename(folder)
  const tree = new ProcessTree(markOf(job))
  const printed = new Printed(log, hidden)
  const start = performance.now()
  const child = spawn(program, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    env: { ...withoutOwn(process.env), PYTHONUNBUFFERED: '1', ...environment, LATHE_JOB: job },
  })
  let isOverdue = false
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const end = () => tree.kill(hasEnded() ? undefined : child.pid)
  const limit =
    limitMs === null
      ? undefined
      : setTimeout(() => {
          isOverdue = true
          end()
        }, limitMs)
  let pause = firstSampleMs
  const look = () => {
    tree.sample()
    pause = Math.min(sampleMs, pause * 2)
    sampling = setTimeout(look, pause)
  }
  let sampling = setTimeout(look, pause)
  signal.addEventListener('abort', end, { once: true })
  process.once('exit', end)
  for (const [stream, isError] of [
    [child.stdout, false],
    [child.stderr, true],
  ] as const) {
    const take = printed.stream(isError)
    stream.on('data', take)
    stream.once('close', () => take(null))
  }
  try {
    const [code, killedBy] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve, reject) => {
      child.once('error', cause => {
        reject(new AppError('not-found', `The ${kind} "${program}" cannot be started`, { mend, cause }))
      })
      child.once('exit', () => {
        // What it left running would hold its output open, and outlive the job.
        end()
        setTimeout(() => {
          child.stdout.destroy()
          child.stderr.destroy()
        }, drainMs).unref()
      })
      child.once('close', (...how) => resolve(how))
    })
    signal.throwIfAborted()
    return {
      ...{ code, killedBy, isOverdue },
      usage: { ...tree.usage(), seconds: (performance.now() - start) / 1000 },
      printed: { lines: printed.lines, bytes: printed.bytes },
      errors: printed.errors,
    }
  } finally {
    clearTimeout(limit)
    clearTimeout(sampling)
    signal.removeEventListener('abort', end)
    process.off('exit', end)
    printed.close()
  }
}

/** What is Lathe's own business is not the program's. */
function withoutOwn(all: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(all).filter(([name]) => !name.startsWith('LATHE_')))
}
