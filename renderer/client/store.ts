import { create } from 'zustand'
import type { StreamEvent } from '../../shared/contract/events.ts'
import { type AppError, toAppError } from '../../shared/errors.ts'
import type { DatasetSummary } from '../../shared/model/dataset.ts'
import type { Deployment } from '../../shared/model/deployment.ts'
import type { Job } from '../../shared/model/job.ts'
import type { ModelVersion } from '../../shared/model/model.ts'
import type { Endpoint } from '../../shared/model/monitoring.ts'
import type { Run } from '../../shared/model/run.ts'
import type { Search } from '../../shared/model/search.ts'
import type { WorkspaceInfo } from '../../shared/model/workspace.ts'
import { engine } from './engine.ts'
import { addPoints, type Curves, withoutEnded } from './merge-series.ts'
import { newestAnswers } from './newest-answers.ts'
import { listen } from './shared-stream.ts'

/** Lists of the page: null while they were never loaded, so that "nothing there" and "not known yet" look different. */
interface Lists {
  datasets: DatasetSummary[] | null
  runs: Run[] | null
  searches: Search[] | null
  models: ModelVersion[] | null
  deployments: Deployment[] | null
  endpoints: Endpoint[] | null
}

interface EngineState extends Lists {
  info: WorkspaceInfo | null
  jobs: Job[]
  isConnected: boolean
  /** Why the last fetch failed; null when it did not. */
  error: AppError | null
  /** Points of running runs as they came, by run and key. */
  live: Record<string, Curves>
  /** Number of the last log line that a job is known to have. */
  logged: Record<string, number>
  start(): () => void
  refresh(...lists: (keyof Lists)[]): Promise<void>
}

const fetchers: { [List in keyof Lists]: () => Promise<Partial<Lists>> } = {
  datasets: async () => ({ datasets: (await engine.datasets.list()).datasets }),
  runs: async () => ({ runs: (await engine.runs.list({ limit: 200 })).runs }),
  searches: async () => ({ searches: (await engine.searches.list({ limit: 100 })).searches }),
  models: async () => ({ models: (await engine.models.list()).models }),
  deployments: async () => ({ deployments: (await engine.deployments.list()).deployments }),
  endpoints: async () => ({ endpoints: (await engine.monitoring.list()).endpoints }),
}
const allLists = Object.keys(fetchers) as (keyof Lists)[]

const listOfEntity: Partial<Record<string, keyof Lists>> = {
  dataset: 'datasets',
  run: 'runs',
  search: 'searches',
  model: 'models',
  deployment: 'deployments',
  endpoint: 'endpoints',
}

function withJob(jobs: Job[], job: Job): Job[] {
  const others = jobs.filter(other => other.job !== job.job)
  return [job, ...others].sort((a, b) => b.createdAt - a.createdAt).slice(0, 100)
}

/** What of it the palette goes by. */
export type Known = Pick<EngineState, keyof Lists | 'jobs'>

/** All that the page knows of the engine, kept true by the event stream. */
export const useEngine = create<EngineState>((set, get) => {
  /** What is asked for again before it was answered is answered in any order. */
  const { ask, isNewer } = newestAnswers<keyof Lists | 'info' | 'jobs'>()
  /** Jobs that were told of since a list of all was asked for, one a question: the list may have been made before. */
  const toldSince = new Set<Map<string, Job>>()
  const pending = new Set<keyof Lists>()
  const refreshSoon = (list: keyof Lists) => {
    if (pending.size === 0) setTimeout(refreshPending, 150)
    pending.add(list)
  }
  const refreshPending = () => {
    const lists = [...pending]
    pending.clear()
    void get().refresh(...lists)
  }
  const onEvent = (event: StreamEvent) => {
    if (event.type === 'hello' || event.type === 'reset') void loadAll()
    if (event.type === 'metric')
      set(({ live }) => ({ live: { ...live, [event.run]: addPoints(live[event.run], event.points) } }))
    if (event.type === 'log') {
      const line = event.lines.at(-1)?.line ?? -1
      set(state => ({ logged: { ...state.logged, [event.job]: line } }))
    }
    if (event.type === 'changed') {
      const list = listOfEntity[event.entity]
      if (list) refreshSoon(list)
      if (event.entity === 'workspace') void loadInfo()
    }
    if (event.type === 'job') {
      for (const told of toldSince) told.set(event.job.job, event.job)
      const isOther = get().jobs.find(({ job }) => job === event.job.job)?.status !== event.job.status
      set(state => ({ jobs: withJob(state.jobs, event.job) }))
      const list = event.job.subject ? listOfEntity[event.job.subject.kind] : undefined
      if (list && (isOther || event.job.fraction === null)) refreshSoon(list)
      if (event.job.endedAt !== null) for (const each of allLists) refreshSoon(each)
    }
  }
  const loadInfo = async () => {
    const question = ask()
    try {
      const info = await engine.workspace.info()
      if (isNewer('info', question)) set({ info })
    } catch (error) {
      set({ error: toAppError(error) })
    }
  }
  const loadAll = async () => {
    const question = ask()
    const told = new Map<string, Job>()
    toldSince.add(told)
    try {
      const [info, { jobs }] = await Promise.all([engine.workspace.info(), engine.jobs.list({ limit: 100 })])
      if (isNewer('info', question)) set({ info })
      if (isNewer('jobs', question)) set({ jobs: [...told.values()].reduce(withJob, jobs) })
      set({ error: null })
    } catch (error) {
      set({ error: toAppError(error) })
    } finally {
      toldSince.delete(told)
    }
    await get().refresh(...allLists)
  }
  return {
    datasets: null,
    runs: null,
    searches: null,
    models: null,
    deployments: null,
    endpoints: null,
    info: null,
    jobs: [],
    isConnected: false,
    error: null,
    live: {},
    logged: {},
    start() {
      const abort = new AbortController()
      void listen({ onEvent, onConnection: isConnected => set({ isConnected }), signal: abort.signal })
      return () => abort.abort()
    },
    async refresh(...lists) {
      const question = ask()
      const put = (list: keyof Lists) =>
        fetchers[list]().then(
          answer => isNewer(list, question) && set(answer),
          failure => set({ error: toAppError(failure) }),
        )
      await Promise.all(lists.map(put))
      set(({ live, runs }) => ({ live: withoutEnded(live, runs ?? []) }))
    },
  }
})
