import type { Job } from '../../../shared/model/job.ts'
import type { ConnectionCounts } from '../../../shared/model/workspace.ts'
import type { Clock, EventSink, Logger } from '../base/index.ts'
import type { Registry } from '../registry/index.ts'

export interface JobServiceOptions {
  registry: Registry
  events: EventSink
  clock: Clock
  logger: Logger
  /** How many jobs of a lane run at once. */
  lanes: { compute: number; io: number }
  secret(name: string): Promise<string | null>
  /** Told what a job's process connected to. */
  connected?(counts: ConnectionCounts, job: Job): void
  /** `job-main` when left out. */
  entry?: string
}
