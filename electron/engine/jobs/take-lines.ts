import { join } from 'node:path'
import type { Job } from '../../../shared/model/job.ts'
import type { Clock, EventSink } from '../base/index.ts'
import type { AnyJobHandler } from './domain.ts'
import { readLog } from './event-tail.ts'
import type { StoredJob } from './job.ts'
import type { RunningJob } from './running-job.ts'
import { type Beginning, secondsLeft } from './seconds-left.ts'
import { eventsFile, type JobLine } from './wire.ts'

export interface LiveJob {
  /** As it is now; changes with what the process tells. */
  job: Job
  process: RunningJob
  /** Null until a process that goes on from a checkpoint has said where that is. */
  begun: Beginning | null
}

export interface Receiver {
  clock: Clock
  events: EventSink
  handlerOf(job: Job): AnyJobHandler
  stored(job: Job): StoredJob<unknown>
  publish(job: Job): void
}

/** What a job's process told: points and records go to its handler, progress to the job, all of it to whoever listens. */
export function takeLines(live: LiveJob, lines: JobLine[], receiver: Receiver): void {
  const { job } = live
  const { clock, events } = receiver
  const points = lines.flatMap(line => (line.type === 'points' ? line.points : []))
  const records = lines.flatMap(line => (line.type === 'records' ? line.records : []))
  const progress = lines.findLast(line => line.type === 'progress')
  if (points.length) {
    receiver.handlerOf(job).points?.(points, receiver.stored(job))
    if (job.subject?.kind === 'run') events.publish({ type: 'metric', run: job.subject.id, points })
  }
  if (records.length) receiver.handlerOf(job).records?.(records, receiver.stored(job))
  if (progress) {
    job.fraction = progress.fraction
    job.phase = live.process.isPausing ? 'pausing' : progress.phase
    if (progress.fraction !== null) live.begun ??= { fraction: progress.fraction, at: clock() }
    job.secondsLeft = secondsLeft(job, live.begun, clock())
  }
  if (lines.some(line => line.type === 'log')) {
    const log = readLog(join(live.process.folder, eventsFile))
    const fresh = lines.filter(line => line.type === 'log').length
    events.publish({ type: 'log', job: job.job, lines: log.slice(-fresh) })
  }
  receiver.publish(job)
}
