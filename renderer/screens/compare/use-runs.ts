import { useEffect, useRef, useState } from 'react'
import type { AppError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { useAsked } from '../../client/use-asked.ts'
import { changedRuns, filterAmong, takeIn } from './take-in.ts'

/** In a page at once. */
const mostRuns = 10_000

/**
 * All runs, filtered and sorted by the engine; null while they are asked for the first time. Where some came or changed since, only these
 * are asked for, so that what a training tells costs the same among ten thousand runs as among ten.
 */
export function useRuns(filter: string, sort: string | null): { runs: Run[] | null; error: AppError | null } {
  const newest = useEngine(({ runs }) => runs)
  /** The newest runs as they were when `all`, or the last change, was asked for. */
  const seen = useRef(newest ?? [])
  const isAsking = useRef(false)
  const [turn, setTurn] = useState(0)
  const [runs, setRuns] = useState<{ of: Run[]; now: Run[] } | null>(null)
  const asked = useAsked(JSON.stringify([filter, sort]), () => {
    seen.current = useEngine.getState().runs ?? []
    return engine.runs.list({ filter, sort: sort ?? undefined, limit: mostRuns })
  })
  const all = asked.value?.runs ?? null
  const latest = useRef(all)
  latest.current = all
  const { again, isLoading } = asked
  // One change after the other: an answer that is overtaken would put back what has passed. `turn` begins the next.
  useEffect(() => {
    if (all === null || newest === null || isLoading || isAsking.current) return
    const before = seen.current
    const changed = changedRuns(before, newest)
    if (changed === null) return void again()
    if (changed.length === 0) return
    seen.current = newest
    isAsking.current = true
    engine.runs.list({ filter: filterAmong(filter, changed), limit: changed.length }).then(
      ({ runs: found }) => {
        isAsking.current = false
        if (latest.current === all)
          setRuns(last => ({ of: all, now: takeIn(last?.of === all ? last.now : all, changed, found, sort) }))
        setTurn(turn + 1)
      },
      () => {
        isAsking.current = false
        // Asked for with what changes next, such as a connection that is there again.
        seen.current = before
      },
    )
  }, [all, newest, isLoading, again, filter, sort, turn])
  return { runs: runs !== null && runs.of === all ? runs.now : all, error: asked.error }
}
