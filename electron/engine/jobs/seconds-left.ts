import type { Job } from '../../../shared/model/job.ts'

/** From the share done so far; null in the first second, when it would be a guess. */
export function secondsLeft(job: Job, nowMs: number): number | null {
  if (job.fraction === null || job.fraction < 0.02 || job.startedAt === null) return null
  const elapsed = (nowMs - job.startedAt) / 1000
  return elapsed < 1 ? null : (elapsed * (1 - job.fraction)) / job.fraction
}
