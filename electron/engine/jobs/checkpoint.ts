import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DefaultSerializer, deserialize } from 'node:v8'
import { toAppError } from '../../../shared/errors.ts'
import { writeFileAtomic } from '../base/index.ts'

/** Set to seconds between two checkpoints of a job, instead of 10. */
const everyVariable = 'LATHE_CHECKPOINT_SECONDS'
const usualSeconds = 10
/** Writing takes at most this share of the time. */
const mostShare = 0.05
const digestBytes = 32

/** Thrown by `Checkpoint.write` where the job is to pause: what it had is on the disk. */
export class PausedError extends Error {
  constructor() {
    super('Paused')
    this.name = 'PausedError'
  }
}

/**
 * What a job needs to go on after its process ended: one file in a folder of its own, whole or not there, held to a digest. It belongs to one
 * piece of work, which the caller names by a text, and is never read for another.
 */
export class Checkpoint {
  /** How the process that wrote it ended by itself, such as "ended by SIGSEGV"; null where it did not, or none did. */
  readonly crash: string | null
  /** Large files that its state names may lie in it, in folders of their own; they stay and go with it. */
  readonly folder: string
  readonly #file: string
  readonly #pause: AbortSignal
  readonly #log: (message: string, level: 'info' | 'warn') => void
  readonly #everyMs = 1000 * (Number(process.env[everyVariable]) || usualSeconds)
  #dueAt = performance.now() + this.#everyMs
  #isFailing = false

  /** `pause` aborts when the job is to pause. */
  constructor(
    folder: string,
    pause = new AbortController().signal,
    log: (message: string, level: 'info' | 'warn') => void = () => {},
  ) {
    this.folder = folder
    this.#file = checkpointFile(folder)
    this.#pause = pause
    this.#log = log
    this.crash = existsSync(crashFile(folder)) ? readFileSync(crashFile(folder), 'utf8') : null
    rmSync(crashFile(folder), { force: true })
    // A process that was killed in the middle of a write leaves what it had written.
    if (existsSync(folder))
      for (const name of readdirSync(folder)) if (name.endsWith('.part')) rmSync(join(folder, name), { force: true })
  }

  /** What `write` was last given for this work; null where there is none, or none that is whole. */
  read(work: string): unknown {
    if (!existsSync(this.#file)) return null
    try {
      const bytes = readFileSync(this.#file)
      const content = bytes.subarray(digestBytes)
      if (digestOf(content).equals(bytes.subarray(0, digestBytes))) {
        const held = deserialize(content) as { work: string; state: unknown }
        if (held.work === work) return held.state
        this.#log('The checkpoint is of other data, settings or another build: it is not used', 'warn')
      } else this.#log('The checkpoint is damaged: it is not used', 'warn')
    } catch (error) {
      this.#log(`The checkpoint cannot be read (${toAppError(error).message}): it is not used`, 'warn')
    }
    rmSync(this.#file, { force: true })
    return null
  }

  /** True now and then, and when the job is to pause: `write` what there is. Cheap. */
  isDue(): boolean {
    return this.#pause.aborted || performance.now() >= this.#dueAt
  }

  /**
   * Takes the place of the last one. `state`: plain objects and typed arrays, copied at once. What keeps it from being written is a warning, and
   * the last one stays. Throws `PausedError` where the job is to pause.
   */
  async write(work: string, state: unknown): Promise<void> {
    const start = performance.now()
    try {
      const content = contentOf({ work, state })
      await mkdir(this.folder, { recursive: true })
      await writeFileAtomic(this.#file, content, 0o600)
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) {
        const { code, message } = toAppError(error)
        const reason = code === 'disk-full' ? 'the disk is full' : message
        this.#log(`A checkpoint could not be written (${reason}): the work goes on without a new one`, 'warn')
      }
      this.#isFailing = true
    }
    const end = performance.now()
    this.#dueAt = end + Math.max(this.#everyMs, (end - start) / mostShare)
    if (this.#pause.aborted) throw new PausedError()
  }
}

/** Where a checkpoint lies in its folder. */
export function checkpointFile(folder: string): string {
  return join(folder, 'state')
}

/** Room for the digest, and what it is of; in one piece, for there may be no memory for two. */
function contentOf(held: { work: string; state: unknown }): Buffer {
  const serializer = new DefaultSerializer()
  serializer.writeRawBytes(Buffer.alloc(digestBytes))
  serializer.writeHeader()
  serializer.writeValue(held)
  const bytes = serializer.releaseBuffer()
  digestOf(bytes.subarray(digestBytes)).copy(bytes)
  return bytes
}

const crashFile = (folder: string) => join(folder, 'crash')

/**
 * Tells the process that will go on from the checkpoint in `folder` how the one before it ended by itself; false where there is none, or the note
 * cannot be written (the disk may be full).
 */
export function noteCrash(folder: string, how: string): boolean {
  if (!existsSync(checkpointFile(folder))) return false
  try {
    writeFileSync(crashFile(folder), how)
    return true
  } catch {
    return false
  }
}

function digestOf(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
