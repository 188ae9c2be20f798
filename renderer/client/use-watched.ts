import { useMemo } from 'react'
import type { AppError } from '../../shared/errors.ts'
import { engine } from './engine.ts'
import { type Watched, worstFirst } from './health.ts'
import { useEngine } from './store.ts'
import { useAsked } from './use-asked.ts'
import { useMinute } from './use-minute.ts'

/** Every endpoint with what it did lately, the one that needs a look first; null before the engine has answered. */
export function useWatched(): { watched: Watched[] | null; error: AppError | null } {
  const endpoints = useEngine(state => state.endpoints)
  const minute = useMinute()
  const seen = endpoints?.map(({ endpoint, rows, errors, status }) => [endpoint, rows, errors, status])
  const { value, error } = useAsked(JSON.stringify([seen, minute]), () => engine.monitoring.lately())
  const watched = useMemo(() => endpoints && worstFirst(endpoints, value?.endpoints ?? null), [endpoints, value])
  return { watched, error }
}
