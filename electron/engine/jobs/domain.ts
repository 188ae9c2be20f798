import type { Clock, EventSink, Logger } from '../base/index.ts'
import type { Registry } from '../registry/index.ts'
import type { JobHandler, JobQueue } from './job.ts'

/** What the composition root hands to every domain. */
export interface DomainContext {
  registry: Registry
  jobs: JobQueue
  events: EventSink
  clock: Clock
  logger: Logger
}

/** A handler of any kind, as the composition root lists them. */
export type AnyJobHandler = JobHandler<unknown, unknown>
