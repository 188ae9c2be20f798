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
 * answer stays, and with it what a person typed into a form that stands on it. An answer that comes too late is dropped.
 */
export function useAsked<Value>(key: string, ask: () => Promise<Value>): Asked<Value> {
  const [state, setState] = useState<Omit<Asked<Value>, 'again'>>({ value: null, error: null, isLoading: true })
  const question = useRef(ask)
  question.current = ask
  const put = useCallback(() => {
    let isGone = false
    setState(before => ({ ...before, isLoading: true }))
    question.current().then(
      value => !isGone && setState({ value, error: null, isLoading: false }),
      failure => {
        if (isGone) return
        const error = toAppError(failure)
        setState(({ value }) => ({ value: isLost(error) ? value : null, error, isLoading: false }))
      },
    )
    return () => {
      isGone = true
    }
  }, [])
  // The key stands for everything that the question depends on.
  useEffect(() => put(), [put, key])
  const wasLost = isLost(state.error)
  const isConnected = useEngine(engine => engine.isConnected)
  useEffect(() => (wasLost && isConnected ? put() : undefined), [put, wasLost, isConnected])
  return { ...state, again: put }
}

const isLost = (error: AppError | null) => error?.code === 'unreachable'
