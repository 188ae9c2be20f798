import { existsSync, mkdirSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { JobStatus } from '../../../shared/model/job.ts'
import { specFile } from './wire.ts'

const parts = ['in', 'out', 'tmp']

/** The folder of a job with what its function finds in it. */
export function makeFolder(folder: string): void {
  for (const part of parts) mkdirSync(join(folder, part), { recursive: true })
}

/** Keeps the log of a job that is over, and nothing else of its folder. */
export async function sweepFolder(folder: string): Promise<void> {
  for (const name of [...parts, specFile]) {
    await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
  }
}

/** What an engine that ended left behind: temporary files, folders of jobs that are over or that nobody knows. */
export async function sweepAll(workspace: string, statusOf: (job: string) => JobStatus | null): Promise<void> {
  await rm(join(workspace, 'tmp'), { recursive: true, force: true })
  const folder = join(workspace, 'jobs')
  for (const id of existsSync(folder) ? await readdir(folder) : []) {
    const status = statusOf(id)
    if (status === null) await rm(join(folder, id), { recursive: true, force: true })
    else if (status !== 'queued') await sweepFolder(join(folder, id))
  }
}
