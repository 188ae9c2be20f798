import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import { latencyBoundsMs } from '../../../shared/inference/drift-counter.ts'
import { Name } from '../../../shared/model/ids.ts'
import type { AliasChange } from '../../../shared/model/model.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import type { DomainContext } from '../jobs/index.ts'
import type { UploadService } from '../uploads/index.ts'
import type { EventStore } from './event-store.ts'
import { eventOperations } from './events.ts'
import type { Histories } from './history.ts'
import { lately } from './lately.ts'
import { mostMoved } from './most-moved.ts'
import type { References } from './references.ts'
import type { ReplayInput } from './replay-job.ts'
import { comparedWith, makeReport } from './report.ts'
import { baseUrl, scrape } from './scrape.ts'
import { Slices } from './slices.ts'
import type { EndpointStore, WatchRecord } from './store.ts'
import type { Watcher } from './watcher.ts'
import type { WindowStore } from './window-store.ts'

/** What monitoring needs of the deployment domain. */
export interface Deployments {
  endpointsOf(deployment: string, signal?: AbortSignal): Promise<string[]>
  /** As recorded, without looking at it. */
  recorded(): { deployment: string; url: string | null }[]
}

/** What monitoring needs of the models domain. */
export interface Models {
  /** Newest first. */
  aliasHistory(model: string): AliasChange[]
}

export interface OperationParts {
  endpoints: EndpointStore
  windows: WindowStore
  events: EventStore
  references: References
  histories: Histories
  watcher: Watcher
  deployment: Deployments
  models: Models
  uploads: Pick<UploadService, 'resolve'>
}

export function createOperations(context: DomainContext, parts: OperationParts) {
  const { endpoints, windows, references, histories, watcher, deployment, uploads } = parts

  /** A URL, or a deployment by its name or by the URL that it shows: then all its replicas are meant. */
  function resolveTarget(text: string): { url: string | null; deployment: string | null } {
    const url = baseUrl(text)
    const match = deployment
      .recorded()
      .find(known => (url ? known.url !== null && baseUrl(known.url) === url : known.deployment === text))
    if (match) return { url: match.url, deployment: match.deployment }
    if (url) return { url, deployment: null }
    throw new AppError('bad-input', `"${text}" is neither an http:// or https:// URL nor a deployment`, {
      mend: '`lathe deployments` lists what is deployed.',
    })
  }

  function recordOf(name: string): WatchRecord {
    const record = endpoints.get(name)
    if (record) return record
    throw new AppError('not-found', `Nothing is watched as "${name}"`, {
      mend: '`lathe endpoints` lists what is watched; `lathe watch URL` begins to watch.',
    })
  }

  const boundsOf = (record: WatchRecord) => record.latencyBoundsMs ?? latencyBoundsMs

  const operations: Operations<Contract['monitoring']> = {
    async watch({ url: text, name: wanted }) {
      const target = resolveTarget(text)
      const name = Name.parse(wanted ?? target.deployment ?? new URL(target.url!).host.replaceAll(':', '-'))
      const known = endpoints.get(name)
      if (
        known &&
        (known.deployment !== target.deployment || (!target.deployment && known.endpoint.url !== target.url))
      ) {
        throw new AppError('already-exists', `"${name}" watches ${known.endpoint.url} already`, {
          mend: 'Give this one another --name, or unwatch that one first.',
        })
      }
      if (known) return watcher.look(name)
      const first: Endpoint = {
        endpoint: name,
        url: target.url ?? '',
        status: 'unknown',
        lastSeenAt: null,
        message: null,
        model: null,
        version: null,
        bundleDigest: null,
        rows: 0,
        errors: 0,
        latencyMs: null,
        drifted: null,
        createdAt: context.clock(),
      }
      const record: WatchRecord = { endpoint: first, deployment: target.deployment }
      const look = await watcher.ask(record)
      if (!look.answers.length) {
        if (look.error?.code === 'air-gapped') throw look.error
        throw new AppError('unreachable', look.faults[0] ?? `${text} does not answer`, {
          mend: 'Watch a running Lathe model server: `lathe deployments` shows the URLs of yours.',
        })
      }
      windows.forget(name)
      const endpoint = await watcher.take(record, first, look)
      watcher.save(record, first, endpoint)
      watcher.follow(name)
      return endpoint
    },

    list: () => ({ endpoints: endpoints.list().map(record => watcher.shown(record)) }),

    unwatch({ endpoint: name }) {
      recordOf(name)
      watcher.forget(name)
      endpoints.remove(name)
      windows.forget(name)
      context.events.publish({ type: 'changed', entity: 'endpoint', id: name })
      return { endpoint: name }
    },

    async drift({ endpoint: name, from, to, againstFrom, againstTo, column }, { signal }) {
      const record = recordOf(name)
      // What was counted until a moment that is past is known already.
      const isPast = to !== undefined && to <= (watcher.shown(record).lastSeenAt ?? 0)
      const endpoint = isPast ? watcher.shown(record) : await watcher.look(name)
      const { bundleDigest } = endpoint
      if (!bundleDigest) throw new AppError('unreachable', endpoint.message ?? `"${name}" has not answered yet`)
      const reference = await references.get(bundleDigest)
      if (!reference) {
        throw new AppError('unsupported', `"${name}" serves a model that is not of this workspace`, {
          mend: 'Drift is told against the training rows: watch it from the workspace that trained the model.',
          details: { bundleDigest },
        })
      }
      const now = context.clock()
      const sum = (fromMs?: number, toMs?: number) => histories.sum(name, { bundleDigest, fromMs, toMs }, signal)
      const isWindow = againstFrom !== undefined || againstTo !== undefined
      const other = isWindow ? await sum(againstFrom, againstTo) : null
      if (other?.rows === 0) {
        throw new AppError('bad-input', `"${name}" counted no row in the window to compare with`, {
          mend: '`lathe drift NAME --history` shows when it counted rows.',
        })
      }
      const against = other ?? undefined
      const total = await sum(from, to)
      const compared = comparedWith(reference.profile, against)
      const report = makeReport(
        {
          endpoint: name,
          model: endpoint.model ?? '',
          version: endpoint.version,
          bundleDigest,
          from: from ?? endpoint.createdAt,
          to: to ?? now,
        },
        reference.profile,
        total,
        { against, most: await mostMoved(compared, total, column, new Slices(signal)) },
      )
      if (from === undefined && to === undefined && !isWindow) await watcher.compare(endpoint)
      return report
    },

    history({ endpoint: name, from, to, buckets }, { signal }) {
      const record = recordOf(name)
      const query = { from, to, most: buckets, nowMs: context.clock(), latencyBoundsMs: boundsOf(record) }
      return histories.history(watcher.shown(record), query, signal)
    },

    async lately(_input, { signal }) {
      const nowMs = context.clock()
      const all = []
      for (const record of endpoints.list()) {
        all.push(await lately(parts, watcher.shown(record), { nowMs, latencyBoundsMs: boundsOf(record), signal }))
      }
      return { endpoints: all }
    },

    ...eventOperations(context, parts, recordOf),

    async replay({ file, url: text, rate, options }) {
      const source = uploads.resolve(file)
      const named = endpoints.get(text)
      const target = named ? { url: named.endpoint.url, deployment: named.deployment } : resolveTarget(text)
      const { url } = target
      const watched = named ?? endpoints.list().find(each => isSame(each, target))
      const endpoint = watched?.endpoint.endpoint ?? null
      if (!url) throw new AppError('not-ready', `"${text}" has no address yet`)
      const { model } = await scrape(url, context.clock())
      const reference = await references.get(model.digest)
      const input: ReplayInput = {
        file: source.path,
        upload: source.isUpload ? file : null,
        ...{ url, endpoint },
        rate: rate ?? null,
        columns: reference ? reference.signature.columns : null,
        options,
      }
      return {
        job: context.jobs.submit({
          kind: 'replay',
          title: `Replay ${source.name} to ${endpoint ?? url}`,
          input,
          ...(endpoint === null ? {} : { subject: { kind: 'endpoint', id: endpoint } }),
        }),
      }
    },
  }
  return operations
}

/** Whether a watched endpoint is what an address or a deployment's name means. */
function isSame(record: WatchRecord, { url, deployment }: Pick<WatchRecord, 'deployment'> & { url: string | null }) {
  return deployment === null ? record.endpoint.url === url : record.deployment === deployment
}
