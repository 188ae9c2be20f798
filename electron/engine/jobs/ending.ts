import { AppError, type ErrorJson, errorTable } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import { type Job, resumableKinds } from '../../../shared/model/job.ts'
import { hasCheckpoint } from './job-folder.ts'
import type { JobOutcome } from './wire.ts'

export interface Ending {
  status: 'failed' | 'cancelled' | 'interrupted' | 'paused'
  error: ErrorJson
}

/**
 * How a job without a result is recorded; null as outcome: its engine ended first. What was cut off, or failed for what may pass (a disk that
 * is full), and can go on from a checkpoint, is interrupted, not failed.
 */
export function endingOf(
  outcome: Extract<JobOutcome, { ok: false }> | null,
  {
    job,
    folder,
    isClosing,
    expectedBytes = null,
  }: { job: Job; folder: string; isClosing: boolean; expectedBytes?: number | null },
): Ending {
  const goesOn = resumableKinds.has(job.kind) && hasCheckpoint(folder)
  if (outcome === null || (outcome.cut === 'paused' && isClosing)) {
    return { status: 'interrupted', error: engineEnded(goesOn) }
  }
  const { cut } = outcome
  const error = cut === 'crashed' ? withMemory(outcome.error, job, expectedBytes) : outcome.error
  if (cut === 'paused') return { status: 'paused', error }
  if (error.code === 'cancelled') return { status: 'cancelled', error }
  if (!goesOn || !(cut === 'crashed' || errorTable[error.code].retryable)) return { status: 'failed', error }
  return { status: 'interrupted', error: { ...error, mend: [error.mend, resumeMend].filter(Boolean).join(' ') } }
}

/** Names the job whose process died of memory, and how much it wanted. */
function withMemory(error: ErrorJson, { title }: Job, expectedBytes: number | null): ErrorJson {
  if (error.code !== 'out-of-memory') return error
  const wanted = expectedBytes === null ? '' : `; it was expected to want about ${formatBytes(expectedBytes)}`
  return { ...error, message: `${title}: ${error.message}${wanted}` }
}

const resumeMend = 'Resume it: it goes on from its last checkpoint.'

function engineEnded(goesOn: boolean): ErrorJson {
  const mend = goesOn ? resumeMend : 'Start it again; nothing half-written was kept.'
  return new AppError('interrupted', 'The engine ended while this was running', { mend }).toJSON()
}
