import { existsSync, mkdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { canResume, type Job } from '../../../shared/model/job.ts'
import { checkpointFile } from './checkpoint.ts'
import type { JobServiceOptions } from './options.ts'
import { checkpointFolder, errorsFile, eventsFile, resultFile, specFile } from './wire.ts'

const parts = ['in', 'out', 'tmp']
/** All checkpoints of jobs that are not running, together. */
const mostCheckpointBytes = 4 * 2 ** 30

/** The folder of a job with what its function finds in it. */
export function makeFolder(folder: string): void {
  for (const part of parts) mkdirSync(join(folder, part), { recursive: true })
}

/** The folder of a job whose process is about to start: of one that ran before, its log goes on, and nothing is left of how it ended. */
export function readyFolder(folder: string): void {
  makeFolder(folder)
  for (const name of [resultFile, errorsFile]) rmSync(join(folder, name), { force: true })
  const events = join(folder, eventsFile)
  if (existsSync(events)) truncateSync(events, readFileSync(events).lastIndexOf(10) + 1)
}

/** Whether the job can go on from where a process of it was. */
export function hasCheckpoint(folder: string): boolean {
  return existsSync(checkpointFile(join(folder, checkpointFolder)))
}

/** Keeps the log of a job that is over, and its checkpoint if it may go on; nothing else of its folder. */
export async function sweepFolder(folder: string, job: Pick<Job, 'kind' | 'status'>): Promise<void> {
  const swept = [...parts, specFile, ...(canResume(job) ? [] : [checkpointFolder])]
  for (const name of swept) await rm(join(folder, name), { recursive: true, force: true, maxRetries: 3 })
}

async function bytesIn(folder: string): Promise<number> {
  const files = (await readdir(folder, { recursive: true, withFileTypes: true })).filter(each => each.isFile())
  const sizes = await Promise.all(files.map(({ parentPath, name }) => stat(join(parentPath, name))))
  return sizes.reduce((sum, { size }) => sum + size, 0)
}

/** What an engine that ended left behind: temporary files, folders of jobs that are over or that nobody knows. */
export async function sweepAll(workspace: string, find: (job: string) => Job | null): Promise<void> {
  await rm(join(workspace, 'tmp'), { recursive: true, force: true })
  const folder = join(workspace, 'jobs')
  for (const id of existsSync(folder) ? await readdir(folder) : []) {
    const job = find(id)
    if (job === null) await rm(join(folder, id), { recursive: true, force: true })
    else if (job.status !== 'queued') await sweepFolder(join(folder, id), job)
  }
}

/**
 * Removes the oldest checkpoints of jobs that wait for somebody to resume them, until the rest are `mostBytes` or less; the newest stays. Those
 * jobs begin at their start when they are resumed, and `logger` is told.
 */
export async function boundCheckpoints(
  { registry, logger }: Pick<JobServiceOptions, 'registry' | 'logger'>,
  find: (job: string) => Job | null,
  mostBytes = mostCheckpointBytes,
): Promise<void> {
  const folder = join(registry.workspace, 'jobs')
  const held: { job: string; at: string; bytes: number; writtenAt: number }[] = []
  for (const id of existsSync(folder) ? await readdir(folder) : []) {
    const at = join(folder, id, checkpointFolder)
    const job = find(id)
    if (!existsSync(checkpointFile(at)) || !job || !canResume(job)) continue
    const { mtimeMs } = await stat(checkpointFile(at))
    held.push({ job: id, at, bytes: await bytesIn(at), writtenAt: mtimeMs })
  }
  held.sort((one, other) => other.writtenAt - one.writtenAt)
  let bytes = 0
  for (const [place, each] of held.entries()) {
    bytes += each.bytes
    if (place === 0 || bytes <= mostBytes) continue
    await rm(each.at, { recursive: true, force: true })
    logger.warn({ job: each.job }, 'a checkpoint was removed: together they took too much space')
  }
}
