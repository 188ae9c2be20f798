import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { formatSeconds } from '../../../shared/lib/format.ts'
import type { DeviceId, Metrics } from '../../../shared/model/run.ts'
import { productRoot, sha256 } from '../base/index.ts'
import type { CurvePoint, JobContext } from '../jobs/index.ts'

/** How a fit goes on where an earlier process of it ended. */
export interface FitCheckpoint {
  /** What `save` was last given, by this process or one before it; null: begin at the start. Read from the disk at each call. */
  restored<State>(): State | null
  /** How the process before this one ended by itself; null where it did not. */
  readonly crash: string | null
  /** True now and then, and when the training is to pause. Cheap: ask at every edge of the loop. */
  isDue(): boolean
  /** Plain objects and typed arrays, copied at once. Throws where the training is to pause; let it through. */
  save(state: unknown): Promise<void>
}

/** Where a training was to run, and what was said of that. */
interface Place {
  device: DeviceId
  warnings: string[]
}

interface Held {
  /** The same in every process: `auto` may choose otherwise the next time. */
  device: Place | null
  seconds: number
  folds: Metrics[]
  points: CurvePoint[]
  /** Which fit it is in: the number of a fold, or of folds. */
  place: number
  fit: unknown
}

/** What a training keeps beside the fit that it is in: folds that are done, curves, time. */
export class TrainingCheckpoint {
  /** Of folds that are done; added to by who validates them. */
  readonly folds: Metrics[]
  device: Place | null
  readonly #work: string
  readonly #context: JobContext
  readonly #points: CurvePoint[]
  readonly #secondsBefore: number
  readonly #start = performance.now()

  /** Curves of before are told again: the engine may have missed the last of them. */
  constructor(work: string, context: JobContext) {
    this.#work = work
    this.#context = context
    const held = context.checkpoint.read(work) as Held | null
    this.folds = held?.folds ?? []
    this.device = held?.device ?? null
    this.#points = held?.points ?? []
    this.#secondsBefore = held?.seconds ?? 0
    for (const { key, step, value } of this.#points) context.metric(key, step, value)
    if (held) context.log(`It goes on from a checkpoint, after ${formatSeconds(held.seconds)} of work`)
  }

  /** Of all processes that worked on it. */
  get seconds(): number {
    return this.#secondsBefore + (performance.now() - this.#start) / 1000
  }

  readonly metric = (key: string, step: number, value: number): void => {
    this.#points.push({ key, step, value })
    this.#context.metric(key, step, value)
  }

  of(place: number): FitCheckpoint {
    const { checkpoint } = this.#context
    return {
      crash: checkpoint.crash,
      restored: <State>() => {
        const held = checkpoint.read(this.#work) as Held | null
        return held?.place === place ? (held.fit as State) : null
      },
      isDue: () => checkpoint.isDue(),
      save: fit => {
        const { device, folds, seconds } = this
        return checkpoint.write(this.#work, { device, seconds, folds, points: this.#points, place, fit } satisfies Held)
      },
    }
  }
}

/** Names a training: its spec (whose dataset is named by its digest), and what its bytes depend on beside it. */
export function workOf(spec: object, threads: number): string {
  const { version } = JSON.parse(readFileSync(join(productRoot(), 'package.json'), 'utf8')) as { version: string }
  // Where the workspace lies, and what was said of the data, change nothing.
  const { parquetFile, warnings, ...rest } = spec as { parquetFile?: string; warnings?: string[] }
  return sha256(JSON.stringify([rest, threads, version, process.version, process.arch]))
}
