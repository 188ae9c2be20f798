import { z } from 'zod'
import { Id, TimeMs } from './ids.ts'

export const jobStatuses = ['queued', 'running', 'paused', 'done', 'failed', 'cancelled', 'interrupted'] as const
export const JobStatus = z.enum(jobStatuses)
export type JobStatus = z.infer<typeof JobStatus>

export const ErrorRecord: z.ZodType<ErrorRecord> = z.object({
  code: z.string(),
  message: z.string(),
  mend: z.string().optional(),
  details: z.record(z.string(), z.unknown()).optional(),
  get cause() {
    return ErrorRecord.optional()
  },
})
export interface ErrorRecord {
  code: string
  message: string
  mend?: string
  details?: Record<string, unknown>
  cause?: ErrorRecord
}

export const Job = z.object({
  job: Id,
  kind: z.string(),
  title: z.string(),
  status: JobStatus,
  /** 0 to 1; null while it cannot be told. */
  fraction: z.number().min(0).max(1).nullable(),
  phase: z.string(),
  secondsLeft: z.number().nullable(),
  /** What it works on, so that a window can show it there. */
  subject: z.object({ kind: z.string(), id: z.string() }).nullable(),
  createdAt: TimeMs,
  startedAt: TimeMs.nullable(),
  endedAt: TimeMs.nullable(),
  error: ErrorRecord.nullable(),
})
export type Job = z.infer<typeof Job>

/** Kinds of jobs that can be paused, and resumed after that or after they were interrupted. */
export const resumableKinds: ReadonlySet<string> = new Set(['train', 'search'])

/** Whether `jobs.pause` takes it. */
export function canPause({ kind, status }: Pick<Job, 'kind' | 'status'>): boolean {
  return resumableKinds.has(kind) && (status === 'queued' || status === 'running')
}

/** Whether `jobs.resume` takes it. */
export function canResume({ kind, status }: Pick<Job, 'kind' | 'status'>): boolean {
  return resumableKinds.has(kind) && (status === 'paused' || status === 'interrupted')
}

export const LogLine = z.object({
  /** Rises by one within a job. */
  line: z.number().int(),
  at: TimeMs,
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
})
export type LogLine = z.infer<typeof LogLine>
