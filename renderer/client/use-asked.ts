import { useCallback, useEffect, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../shared/errors.ts'
import { useEngine } from './store.ts'

export interface Asked<Value> {
  /** The latest answer; it stays while a newer one is on its way. Null before the first. */
  value: Value | null
  error: AppError | null
  isLoading: boolean
  again(): void
}

/**
 * Asks the engine when the page shows, again when `key` changes, and again once an engine that did not answer is back: until then the last
 * answer stays, and with it what a person typed into a form that stands on it. An answer that comes after that to a later question is
 * dropped. `about` names what the answer is of: when that changes there is none until the new one is there, so that no object stands under
 * the name of another.
 */
export function useAsked<Value>(key: string, ask: () => Promise<Value>, about = ''): Asked<Value> {
  const [state, setState] = useState<Omit<Asked<Value>, 'again'> & { about: string }>({
    ...{ about, value: null, error: null, isLoading: true },
  })
  const question = useRef({ ask, about })
  question.current = { ask, about }
  /** How often it was asked, and the latest of these questions that was answered, or is of no interest any more. */
  const turn = useRef(0)
  const settled = useRef(0)
  const put = useCallback(() => {
    turn.current += 1
    const mine = turn.current
    const { ask: asked, about: of } = question.current
    setState(before => ({ ...before, isLoading: true }))
    const settle = (next: (before: Value | null) => { value: Value | null; error: AppError | null }) => {
      if (mine <= settled.current) return
      settled.current = mine
      const isLoading = mine < turn.current
      setState(before => ({ about: of, ...next(before.about === of ? before.value : null), isLoading }))
    }
    asked().then(
      value => settle(() => ({ value, error: null })),
      failure => {
        const error = toAppError(failure)
        settle(before => ({ value: isLost(error) ? before : null, error }))
      },
    )
  }, [])
  // The key stands for everything that the question depends on.
  useEffect(() => {
    put()
    return () => {
      settled.current = turn.current
    }
  }, [put, key])
  const wasLost = isLost(state.error)
  const isConnected = useEngine(engine => engine.isConnected)
  useEffect(() => {
    if (wasLost && isConnected) put()
  }, [put, wasLost, isConnected])
  const { about: answered, value, error, isLoading } = state
  if (answered !== about) return { value: null, error: null, isLoading: true, again: put }
  return { value, error, isLoading, again: put }
}

const isLost = (error: AppError | null) => error?.code === 'unreachable'
