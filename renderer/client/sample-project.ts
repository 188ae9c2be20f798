import { create } from 'zustand'
import type { JobResult } from '../../shared/contract/jobs.ts'
import { type AppError, toAppError } from '../../shared/errors.ts'
import type { Job } from '../../shared/model/job.ts'
import {
  clearSample,
  deploySample,
  learnSample,
  type SampleHost,
  type SampleStep,
  sampleNames,
  watchSample,
} from '../../shared/sample/sample-project.ts'
import { ended } from './ended.ts'
import { engine } from './engine.ts'

interface SampleState {
  status: 'idle' | 'making' | 'made' | 'removing'
  /** Done, with what came out of each. */
  done: { step: SampleStep; outcome: string }[]
  step: SampleStep | null
  /** The jobs of the step that is under way. */
  jobs: string[]
  error: AppError | null
  make(): Promise<void>
  remove(): Promise<void>
}

/** Makes the finished sample project through the same calls that a person would make, and takes it away again. */
export const useSample = create<SampleState>((set, get) => {
  const followed = (job: Job) => {
    set(({ jobs }) => ({ jobs: [...jobs, job.job] }))
    return ended(job)
  }
  const host: SampleHost = {
    client: engine,
    names: sampleNames,
    finish: async <Kind extends Parameters<SampleHost['finish']>[0]>(_kind: Kind, { job }: { job: Job }) =>
      (await followed(job)).result as JobResult<Kind>,
    follow: jobs => Promise.allSettled(jobs.map(followed)),
    async step(step, work, outcome) {
      set({ step, jobs: [] })
      const result = await work()
      set(({ done }) => ({ done: [...done, { step, outcome: outcome(result) }], step: null, jobs: [] }))
      return result
    },
  }
  /** Gives whether the work was done; keeps why not. */
  const guarded = async (status: 'making' | 'removing', then: SampleState['status'], work: () => Promise<void>) => {
    if (get().status === 'making' || get().status === 'removing') return
    set({ status, done: [], step: null, jobs: [], error: null })
    try {
      await work()
      set({ status: then })
    } catch (error) {
      set({ status: 'idle', error: toAppError(error) })
    }
  }
  return {
    status: 'idle',
    done: [],
    step: null,
    jobs: [],
    error: null,
    make: () =>
      guarded('making', 'made', async () => {
        await clearSample(host)
        await learnSample(host)
        const { url } = await deploySample(host)
        await watchSample(host, url ?? '')
      }),
    remove: () =>
      guarded('removing', 'idle', async () => {
        await clearSample(host)
        await engine.workspace.removeSample()
      }),
  }
})
