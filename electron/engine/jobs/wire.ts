import type { ErrorJson } from '../../../shared/errors.ts'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'
import type { CurvePoint } from './job.ts'

/** A line of a job's `events.jsonl`: what it told while it ran. */
export type JobLine =
  | { type: 'progress'; at: number; fraction: number | null; phase: string }
  | { type: 'log'; at: number; level: 'info' | 'warn' | 'error'; message: string }
  | { type: 'points'; at: number; points: CurvePoint[] }
  | { type: 'records'; at: number; records: unknown[] }
  | { type: 'connections'; at: number; counts: ConnectionCounts[] }

/** The content of `result.json`, a job's last act; `cut`: it did not come to an end of its own, and may be resumed. */
export type JobOutcome = { ok: true; output: unknown } | { ok: false; error: ErrorJson; cut?: 'paused' | 'crashed' }

/** `spec.json`: what the process is to do. */
export interface JobSpec {
  kind: string
  input: unknown
}

/** From the engine to the job's process. */
export type ToJob =
  | { type: 'go' }
  | { type: 'cancel' }
  | { type: 'air-gap'; isOn: boolean }
  | { type: 'finish' }
  | { type: 'pause' }
  | { type: 'secret'; request: number; value: string | null }

/** From the job's process to the engine: `ring` says that there are new lines in `events.jsonl`. */
export type FromJob =
  | { type: 'ring' }
  | { type: 'secret'; request: number; name: string }
  | { type: 'unbroken'; isOn: boolean }
  | { type: 'within'; limit: { milliseconds: number; late: ErrorJson } | null }

/** Set to 1 in a job's process that may connect to nothing but this machine. */
export const airGapVariable = 'LATHE_AIR_GAP'

export const checkpointFolder = 'checkpoint'
export const errorsFile = 'stderr.log'
export const eventsFile = 'events.jsonl'
export const resultFile = 'result.json'
export const specFile = 'spec.json'
