import { setTimeout as sleep } from 'node:timers/promises'
import type { Replay } from '../../../shared/model/monitoring.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { UploadService } from '../uploads/index.ts'
import { EventStore } from './event-store.ts'
import { Histories } from './history.ts'
import { lately } from './lately.ts'
import { createOperations, type Deployments, type Models } from './operations.ts'
import { References } from './references.ts'
import type { ReplayInput } from './replay-job.ts'
import { EndpointStore } from './store.ts'
import { Watcher, type WatcherOptions } from './watcher.ts'
import { WindowStore } from './window-store.ts'

/** Between two looks at what is about to be replaced. */
const closelyMs = 500
const everyTenSeconds: WatcherOptions = { intervalMs: 10_000, maximumWaitMs: 300_000 }

/** Watches model servers that the user named and compares what they count with the training rows. */
export function createMonitoring(
  context: DomainContext,
  { deployment, models, uploads }: { deployment: Deployments; models: Models; uploads: UploadService },
  options: WatcherOptions = everyTenSeconds,
) {
  const endpoints = new EndpointStore(context.registry)
  const windows = new WindowStore(context.registry.workspace)
  const events = new EventStore(context.registry)
  const references = new References(context.registry)
  const histories = new Histories(windows, references)
  const watcher = new Watcher(
    context,
    {
      endpoints,
      windows,
      events,
      references,
      replicasOf: (name, signal) => deployment.endpointsOf(name, signal),
      async driftedLately(endpoint, signal) {
        const nowMs = context.clock()
        const { drift } = await lately({ windows, references, histories }, endpoint, {
          nowMs,
          latencyBoundsMs: [],
          signal,
        })
        return drift?.enoughRows ? drift.drifted : null
      },
    },
    options,
  )
  const replay: JobHandler<ReplayInput, Replay, 'replay'> = {
    kind: 'replay',
    lane: 'io',
    // What it sends becomes part of the endpoint's windows.
    objects: ({ input }) => ({ made: input.endpoint === null ? [] : [{ kind: 'endpoint', id: input.endpoint }] }),
    commit(output, job) {
      if (job.input.upload) uploads.forget(job.input.upload)
      return output
    },
  }
  /** Reads once more what a deployment has counted, wherever it is watched, because it is about to go. Never rejects. */
  async function lastLook(deployment: string): Promise<void> {
    const names = endpoints.list().flatMap(record => (record.deployment === deployment ? record.endpoint.endpoint : []))
    await Promise.allSettled(names.map(name => watcher.lookAnew(name)))
  }
  return {
    operations: createOperations(context, {
      endpoints,
      windows,
      events,
      references,
      histories,
      watcher,
      deployment,
      models,
      uploads,
    }),
    handlers: [replay] as unknown as AnyJobHandler[],
    start: () => watcher.start(),
    async close() {
      await watcher.close()
      windows.close()
    },
    /** All that is watched, as it was last seen, each with the deployment that it is; null for another server. */
    watched: () => endpoints.list().map(record => ({ endpoint: watcher.shown(record), deployment: record.deployment })),
    lastLook,
    /**
     * Reads twice a second what a deployment counts, because what serves there will soon be replaced: at most what is counted in that
     * time is lost. Never rejects.
     */
    async lookClosely(deployment: string, isOver: () => boolean): Promise<void> {
      while (!isOver() && !watcher.isClosed) {
        await lastLook(deployment)
        await sleep(closelyMs, undefined, { ref: false })
      }
    },
    /** Whether an engine without clients is still needed. */
    isWatching: () => endpoints.list().length > 0,
  }
}
export type MonitoringDomain = ReturnType<typeof createMonitoring>
