import { useCallback, useEffect, useState } from 'react'
import type { JobResult } from '../../../shared/contract/jobs.ts'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { Job } from '../../../shared/model/job.ts'
import { ended } from '../../client/ended.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'

interface Answer {
  job: Job | null
  result: JobResult<'compare'> | null
  error: AppError | null
}
const nothing: Answer = { job: null, result: null, error: null }

/** What is known stays while runs come and go beside the one that they are held against. */
const keptOf = ({ result }: Answer, baseline: string | undefined): Answer =>
  result?.runs[0]?.run === baseline ? { ...nothing, result } : nothing

/** Waited first, so that several runs chosen in a row are compared once. */
const settleMs = 300

/**
 * Each run against the first, asked for as soon as they are chosen and computed by a job of the engine, which knows its answer to the same
 * question. What is left before its end is cancelled.
 */
export function useVerdict(ids: readonly string[]): Answer & { again(): void } {
  const [answer, setAnswer] = useState(nothing)
  const [turn, setTurn] = useState(0)
  const live = useEngine(({ jobs }) => jobs.find(({ job }) => job === answer.job?.job) ?? null)
  const runs = ids.join()
  useEffect(() => {
    const left = new AbortController()
    const { signal } = left
    const timer = setTimeout(() => void compare(), settleMs)
    let unfinished: string | null = null
    setAnswer(before => keptOf(before, runs.split(',')[0]))
    async function compare(): Promise<void> {
      try {
        const { job } = await engine.runs.compare({ runs: runs.split(',') })
        unfinished = job.job
        if (signal.aborted) return cancel()
        setAnswer(before => ({ ...before, job }))
        const { job: last, result } = await ended(job, signal)
        unfinished = null
        setAnswer({ job: last, result: result as JobResult<'compare'>, error: null })
      } catch (failure) {
        if (signal.aborted) return
        unfinished = null
        setAnswer(before => ({ ...before, error: toAppError(failure) }))
      }
    }
    function cancel(): void {
      if (unfinished) engine.jobs.cancel({ job: unfinished }).catch(() => {})
    }
    return () => {
      clearTimeout(timer)
      left.abort()
      cancel()
    }
  }, [runs, turn])
  const again = useCallback(() => setTurn(count => count + 1), [])
  return { ...answer, job: live ?? answer.job, again }
}
