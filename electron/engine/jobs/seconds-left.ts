import type { Job } from '../../../shared/model/job.ts'

/** The share that was done when a process of the job began to work; more than 0 where it goes on from a checkpoint. */
export interface Beginning {
  fraction: number
  at: number
}

/** From the share done since then; null in the first second, when it would be a guess. */
export function secondsLeft({ fraction }: Job, begun: Beginning | null, nowMs: number): number | null {
  if (fraction === null || begun === null) return null
  const done = fraction - begun.fraction
  const elapsed = (nowMs - begun.at) / 1000
  return done < 0.02 || elapsed < 1 ? null : (elapsed * (1 - fraction)) / done
}
