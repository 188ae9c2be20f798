import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { endTree } from './process-identity.ts'

/** One of the processes that a program started, itself included. */
interface Member {
  pid: number
  /** Resident now, and the most that it ever had. */
  bytes: number
  mostBytes: number
  /** Of its own and of the children that it has waited for. */
  cpuSeconds: number
}

/** Linux counts processor time in these, whatever the kernel's own clock. */
const ticksPerSecond = 100
/** New ones may be forked while the others are killed. */
const mostPasses = 50

/** What the tree took so far; null where the system does not tell. */
export interface TreeUsage {
  cpuSeconds: number | null
  peakBytes: number | null
}

/**
 * A foreign program with all that it starts, wherever that puts itself: found by the process group of this job, which it
 * shares, and, on Linux, by a mark in its environment, which also those carry that left the group.
 */
export class ProcessTree {
  /** `NAME=value` as it stands in the environment of the program. */
  readonly #mark: string
  readonly #waitedBefore = waitedSeconds()
  #peakBytes: number | null = null
  #cpuSeconds = 0

  constructor(mark: string) {
    this.#mark = mark
  }

  /** Looks at what runs now. Costs some milliseconds. */
  sample(): void {
    const members = this.#members()
    if (!members.length) return
    const together = members.reduce((sum, { bytes }) => sum + bytes, 0)
    this.#peakBytes = Math.max(this.#peakBytes ?? 0, together, ...members.map(({ mostBytes }) => mostBytes))
    this.#cpuSeconds = Math.max(
      this.#cpuSeconds,
      members.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    )
  }

  /** Once the program was waited for: its time and that of all that it waited for itself. */
  usage(): TreeUsage {
    const waited = waitedSeconds()
    if (waited === null || this.#waitedBefore === null) return { cpuSeconds: null, peakBytes: this.#peakBytes }
    return { cpuSeconds: Math.max(waited - this.#waitedBefore, this.#cpuSeconds), peakBytes: this.#peakBytes }
  }

  /** Ends all of it at once, and what it forks meanwhile; does not wait. `program` is the first of them. */
  kill(program: number | undefined): void {
    if (process.platform === 'win32') {
      if (program !== undefined) endTree(program)
      return
    }
    if (program !== undefined) quietly(() => process.kill(program, 'SIGKILL'))
    killAll(() => this.#members())
  }

  #members(): Member[] {
    if (process.platform === 'win32') return []
    if (process.platform !== 'linux') return elsewhere()
    const own = String(process.pid)
    // Only a job leads a group of its own: elsewhere the group holds strangers.
    return onLinux(this.#mark, statOf('self')?.[2] === own ? own : null)
  }
}

/** `NAME=value` in the environment of every program of a job, and so of all that it starts. */
export const markOf = (job: string) => `LATHE_JOB=${job}`

/** Ends what the programs of a job left behind when its process was killed before it could end them itself. Costs some milliseconds. */
export function killStrays(job: string): void {
  if (process.platform === 'linux') killAll(() => onLinux(markOf(job), null))
}

function killAll(members: () => Member[]): void {
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const found = members()
    if (!found.length) return
    for (const { pid } of found) quietly(() => process.kill(pid, 'SIGKILL'))
  }
}

function quietly(work: () => unknown): void {
  try {
    work()
  } catch {
    // It ended by itself.
  }
}

/** The fields of `/proc/PID/stat` from the state on; null for a process that is gone or only waits to be buried. */
function statOf(pid: number | 'self'): string[] | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? null : fields
  } catch {
    return null
  }
}

const seconds = (fields: string[], from: number, to: number) =>
  fields.slice(from, to).reduce((sum, ticks) => sum + Number(ticks), 0) / ticksPerSecond

/** Of all children that this process has waited for, and theirs. */
function waitedSeconds(): number | null {
  const fields = process.platform === 'linux' ? statOf('self') : null
  return fields && seconds(fields, 13, 15)
}

/** Those that carry the mark, and those of the group, but not this process. */
function onLinux(mark: string, group: string | null): Member[] {
  const own = String(process.pid)
  return readdirSync('/proc').flatMap(name => {
    const pid = Number(name)
    if (!Number.isInteger(pid) || name === own) return []
    const fields = statOf(pid)
    if (!fields) return []
    if (fields[2] !== group && !isMarked(pid, mark)) return []
    const status = textOf(`/proc/${pid}/status`)
    const kilobytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0)
    const [bytes, mostBytes] = [kilobytes('VmRSS') * 1024, kilobytes('VmHWM') * 1024]
    return [{ pid, bytes, mostBytes, cpuSeconds: seconds(fields, 11, 15) }]
  })
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

const isMarked = (pid: number, mark: string) => `\0${textOf(`/proc/${pid}/environ`)}`.includes(`\0${mark}\0`)

function elsewhere(): Member[] {
  const listed = execFileSync('ps', ['-axo', 'pid=,pgid=,rss=,stat='], { encoding: 'utf8' }).trim().split('\n')
  const all = listed.map(line => line.trim().split(/\s+/))
  const own = String(process.pid)
  if (all.find(([pid]) => pid === own)?.[1] !== own) return []
  return all.flatMap(([pid, group, kilobytes, state]) => {
    if (group !== own || pid === own || state?.startsWith('Z')) return []
    const bytes = Number(kilobytes) * 1024
    return [{ pid: Number(pid), bytes, mostBytes: bytes, cpuSeconds: 0 }]
  })
}
