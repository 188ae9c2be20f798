import { join } from 'node:path'
import type { Contract } from '../../../../shared/contract/index.ts'
import type { Operations } from '../../../../shared/contract/operations.ts'
import { AppError } from '../../../../shared/errors.ts'
import type { Search, SearchRequest } from '../../../../shared/model/search.ts'
import { newId } from '../../base/index.ts'
import type { DatasetService } from '../../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler, StoredJob } from '../../jobs/index.ts'
import type { RunService } from '../../runs/index.ts'
import { type AdoptedTraining, adoptTrained } from '../adopt-trained.ts'
import { algorithms } from '../algorithms/index.ts'
import { checkColumns, dataSpecOf, newRun } from '../new-run.ts'
import type { Finalist, SearchInput, SearchOutput, SearchRecord } from './job.ts'
import { SearchStore } from './store.ts'

const usualSeconds = 600
/** With fewer rows a fifth of them would choose by chance. */
const fewRows = 3000

/** Searches: one job each, whose trials are written down as they go, and whose best models become runs at its end. */
export function createSearches(
  { registry, jobs, clock, events, logger }: DomainContext,
  { datasets, runs, explain }: { datasets: DatasetService; runs: RunService; explain(run: string): Promise<unknown> },
) {
  const store = new SearchStore(registry)
  /** What `adopt` took in, for the `commit` that follows it in the same process. */
  const adopted = new Map<string, AdoptedTraining[]>()

  function put(search: Search): void {
    store.put(search)
    changed(search.search)
  }

  function changed(search: string): void {
    events.publish({ type: 'changed', entity: 'search', id: search })
  }

  function get(id: string): Search {
    const search = store.get(id)
    if (search) return search
    throw new AppError('not-found', `There is no search "${id}"`, { mend: 'See `lathe searches` for those there are.' })
  }

  const operations: Operations<Contract['searches']> = {
    list: ({ limit }) => ({ searches: store.list(limit) }),
    get: ({ search }) => ({ ...get(search), trials: store.trials(search) }),
    start(request) {
      const version = datasets.resolve(request.dataset)
      checkColumns(version, request)
      for (const id of request.algorithms ?? []) algorithms.get(id)
      const search: Search = {
        ...{ search: newId('search', clock()), job: jobs.newJobId() },
        ...{ dataset: version.dataset, datasetVersion: version.version, request: bounded(request) },
        ...{
          status: 'queued',
          task: null,
          metric: null,
          trialsEnded: 0,
          best: null,
          runs: [],
          findings: [],
          importance: [],
        },
        ...{ createdAt: clock(), startedAt: null, endedAt: null, error: null },
      }
      const { algorithms: asked = null, strategy, seconds = null, trials = null, parallel = null } = search.request
      const input: SearchInput = {
        ...{ search: search.search, algorithms: asked, strategy, seconds, trials, parallel },
        spec: dataSpecOf(version, datasets.parquetPath(version), {
          ...{
            ...request,
            folds: request.folds ?? (version.rows < fewRows || request.forecast ? 5 : 0),
            device: 'cpu' as const,
          },
        }),
        bytes: request.memoryMegabytes === undefined ? null : request.memoryMegabytes * 2 ** 20,
      }
      const title = `Search for the best on ${version.dataset}:${version.version}`
      const subject = { kind: 'search', id: search.search }
      return registry.transaction(() => {
        put(search)
        return { search, job: jobs.submit({ kind: 'search', title, input, subject, job: search.job }) }
      })
    },
  }

  const handler: JobHandler<SearchInput, SearchOutput, 'search'> = {
    kind: 'search',
    lane: 'compute',
    objects: ({ input: { spec } }, result) => ({
      read: [{ kind: 'dataset', id: `${spec.dataset.name}:${spec.dataset.version}` }],
      made: result?.runs.map(id => ({ kind: 'run' as const, id })) ?? [],
    }),
    started: job => put({ ...get(job.input.search), status: 'running', startedAt: job.startedAt }),
    rested(job, status) {
      store.stopTrials(job.input.search)
      put({ ...get(job.input.search), status, error: null, endedAt: null })
    },
    records(records, job) {
      const { search } = job.input
      registry.transaction(() => {
        for (const record of records as SearchRecord[]) {
          if ('trial' in record) store.putTrial(search, record.trial)
          else {
            store.put({ ...get(search), ...record.opened })
            store.keepTrials(search, record.trials)
          }
        }
      })
      changed(search)
    },
    async adopt({ finalists }, job) {
      const taken: AdoptedTraining[] = []
      for (const { folder } of finalists) taken.push(await adoptTrained(registry, join(job.outFolder, folder)))
      adopted.set(job.job, taken)
    },
    failure: ({ failure }) => failure,
    commit({ finalists, failure, ...found }, job) {
      const taken = adopted.get(job.job)
      if (!taken) throw new Error(`The files of ${job.job} were not taken in`)
      adopted.delete(job.job)
      const search: Search = {
        ...get(job.input.search),
        ...found,
        runs: finalists.map((finalist, i) => insertRun(finalist, taken[i]!, job)),
        ...{ status: failure ? 'failed' : 'done', error: failure, endedAt: clock() },
      }
      store.stopTrials(search.search)
      put(search)
      if (search.request.explain) setImmediate(() => explainBest(search))
      return search
    },
    ended(job, status, error) {
      store.stopTrials(job.input.search)
      put({ ...get(job.input.search), status, error, endedAt: clock() })
    },
  }

  /** Behind the transaction that made the run; the search is done, whatever becomes of it. */
  function explainBest({ search, runs: [, best] }: Search): void {
    if (best === undefined) return
    explain(best).catch(error => logger.error({ err: error, search }, 'the best of a search could not be explained'))
  }

  function insertRun(
    { algorithm, parameters, refit, trained }: Finalist,
    taken: AdoptedTraining,
    job: StoredJob<SearchInput>,
  ) {
    const { spec } = job.input
    registry.bundles.record(taken.bundle, clock())
    const run = newRun(
      { ...spec, algorithm, parameters, refit },
      { run: newId('run', clock()), job: job.job, from: null, createdAt: clock() },
    )
    const { startedAt } = job
    const done = { status: 'done' as const, startedAt, endedAt: clock(), bundleDigest: taken.bundle.digest }
    runs.insert({ ...run, ...trained, ...done }, taken.files)
    return run.run
  }

  return { operations, handlers: [handler] as unknown as AnyJobHandler[] }
}

/** With neither a time nor a number of trials a search takes ten minutes. */
function bounded(request: SearchRequest): SearchRequest {
  return request.seconds === undefined && request.trials === undefined ? { ...request, seconds: usualSeconds } : request
}
