import { useCallback, useEffect, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../shared/errors.ts'

export interface Asked<Value> {
  /** The latest answer; it stays while a newer one is on its way. Null before the first. */
  value: Value | null
  error: AppError | null
  isLoading: boolean
  again(): void
}

/** Asks the engine when the page shows, and again when `key` changes. An answer that comes too late is dropped. */
export function useAsked<Value>(key: string, ask: () => Promise<Value>): Asked<Value> {
  const [state, setState] = useState<Omit<Asked<Value>, 'again'>>({ value: null, error: null, isLoading: true })
  const question = useRef(ask)
  question.current = ask
  const put = useCallback(() => {
    let isGone = false
    setState(before => ({ ...before, isLoading: true }))
    question.current().then(
      value => !isGone && setState({ value, error: null, isLoading: false }),
      failure => !isGone && setState({ value: null, error: toAppError(failure), isLoading: false }),
    )
    return () => {
      isGone = true
    }
  }, [])
  // The key stands for everything that the question depends on.
  useEffect(() => put(), [put, key])
  return { ...state, again: put }
}
