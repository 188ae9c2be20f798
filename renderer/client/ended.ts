import type { Job } from '../../shared/model/job.ts'
import { engine } from './engine.ts'
import { useEngine } from './store.ts'

/**
 * The job at its end, with its result; throws the error that it ended with, and the reason of `signal`. The event stream tells when: a call that
 * waits would hold one of the few connections that a browser opens to a host, and would be lost with the engine.
 */
export async function ended(job: Job, signal?: AbortSignal): Promise<{ job: Job; result: unknown }> {
  const known = () => useEngine.getState().jobs.find(each => each.job === job.job)
  if (!known()) useEngine.setState(({ jobs }) => ({ jobs: [job, ...jobs] }))
  // The store lets go of old jobs: then the engine is asked, which waits.
  const isOver = () => known()?.endedAt !== null
  await new Promise<void>((resolve, reject) => {
    const look = () => isOver() && done(resolve)
    const gone = () => done(() => reject(signal?.reason))
    const stop = useEngine.subscribe(look)
    signal?.addEventListener('abort', gone)
    function done(then: () => void) {
      stop()
      signal?.removeEventListener('abort', gone)
      then()
    }
    if (signal?.aborted) gone()
    else look()
  })
  return engine.jobs.result({ job: job.job }, signal ? { signal } : {})
}
