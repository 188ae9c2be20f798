import { useCallback, useRef, useState } from 'react'
import type { JobKindId, JobResult } from '../../shared/contract/jobs.ts'
import { type AppError, toAppError } from '../../shared/errors.ts'
import type { Job } from '../../shared/model/job.ts'
import { ended } from './ended.ts'
import { useEngine } from './store.ts'

interface Followed<Kind extends JobKindId> {
  /** Starts it; gives its result, or null when it failed (then `error` says why). */
  start(begin: () => Promise<{ job: Job }>): Promise<JobResult<Kind> | null>
  /** As the event stream tells it; null before the first start. */
  job: Job | null
  result: JobResult<Kind> | null
  error: AppError | null
  isRunning: boolean
  reset(): void
}

/** One job that this page started, followed to its end. */
export function useJob<Kind extends JobKindId>(): Followed<Kind> {
  const [state, setState] = useState<{ job: Job | null; result: JobResult<Kind> | null; error: AppError | null }>({
    job: null,
    result: null,
    error: null,
  })
  const [isRunning, setIsRunning] = useState(false)
  const turn = useRef(0)
  const live = useEngine(({ jobs }) => jobs.find(each => each.job === state.job?.job) ?? null)
  const start = useCallback(async (begin: () => Promise<{ job: Job }>) => {
    turn.current += 1
    const mine = turn.current
    setIsRunning(true)
    setState({ job: null, result: null, error: null })
    try {
      const { job } = await begin()
      if (turn.current === mine) setState({ job, result: null, error: null })
      const answer = await ended(job)
      const result = answer.result as JobResult<Kind>
      if (turn.current === mine) setState({ job: answer.job, result, error: null })
      return result
    } catch (failure) {
      if (turn.current === mine) setState(before => ({ ...before, error: toAppError(failure) }))
      return null
    } finally {
      if (turn.current === mine) setIsRunning(false)
    }
  }, [])
  const reset = useCallback(() => {
    turn.current += 1
    setIsRunning(false)
    setState({ job: null, result: null, error: null })
  }, [])
  return { start, job: live ?? state.job, result: state.result, error: state.error, isRunning, reset }
}
