import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { type JobFilter, type JobPages, withLive, withPage } from './job-pages.ts'

const pageSize = 200

/** With the filter that it answers: the last answer stays while that to another filter is on its way. */
interface Answered {
  filter: JobFilter
  pages: JobPages | null
  error: AppError | null
}

/** The jobs that match, newest first, as far as they were asked for; kept true by the event stream. Null before the first answer. */
export function useJobPages({ kind, state, subject }: JobFilter) {
  const filter = useMemo(() => ({ kind, state, subject }), [kind, state, subject])
  const [asked, setAsked] = useState<Answered>({ filter, pages: null, error: null })
  const live = useEngine(each => each.jobs)
  // After a lost connection events may be missing: the page asks anew.
  const isConnected = useEngine(each => each.isConnected)
  const turn = useRef(0)
  const isAsking = useRef(false)

  const ask = useCallback(
    async (before: JobPages | null) => {
      const mine = turn.current
      isAsking.current = true
      try {
        const cursor = before?.next ?? undefined
        const page = await engine.jobs.list({ ...filter, cursor, limit: pageSize })
        if (turn.current === mine) setAsked({ filter, pages: before ? withPage(before, page) : page, error: null })
      } catch (failure) {
        if (turn.current === mine) setAsked({ filter, pages: before, error: toAppError(failure) })
      } finally {
        if (turn.current === mine) isAsking.current = false
      }
    },
    [filter],
  )
  useEffect(() => {
    turn.current += 1
    if (isConnected) void ask(null)
  }, [ask, isConnected])

  const { filter: answered, pages, error } = asked
  const more = useCallback(() => {
    if (pages?.next != null && !isAsking.current && error === null) void ask(pages)
  }, [ask, pages, error])
  const shown = useMemo(() => pages && withLive(pages, live, answered), [pages, live, answered])
  return { shown, error, more }
}
