import type { ErrorJson } from '../../../shared/errors.ts'
import { endingOf } from './ending.ts'
import { isAlive, killGroup } from './process-identity.ts'
import { readOutcome } from './running-job.ts'
import type { JobRecord } from './store.ts'

/** What is done about a job that an engine left in the middle. */
export interface Mending {
  folderOf(job: string): string
  commit(record: JobRecord, output: unknown): Promise<void>
  rest(record: JobRecord, status: 'paused'): void
  interrupt(record: JobRecord, error: ErrorJson): void
}

/** Ends orphans, commits results that were whole, marks the rest as interrupted, or paused where they were about to be. Says what it did. */
export async function recoverJobs(running: JobRecord[], mending: Mending): Promise<string[]> {
  const notices: string[] = []
  for (const record of running) {
    const { process: orphan, job } = record
    if (orphan && isAlive(orphan.pid, orphan.started)) {
      killGroup(orphan.pid)
      notices.push(`Ended the process that job ${job.job} had left behind`)
    }
    const folder = mending.folderOf(job.job)
    const outcome = readOutcome(folder)
    if (outcome?.ok) {
      await mending.commit(record, outcome.output)
      notices.push(`Job ${job.job} (${job.title}) had finished while the engine was gone; its result was taken in`)
      continue
    }
    const { status, error } = endingOf(outcome?.cut ? outcome : null, { job, folder, isClosing: false })
    if (status === 'paused') mending.rest(record, status)
    else {
      mending.interrupt(record, error)
      notices.push(`Job ${job.job} (${job.title}) was interrupted by the engine's end`)
    }
  }
  return notices
}
