import { useSyncExternalStore } from 'react'

/** What the address names: the whole, or one object on it. */
export interface Place {
  run: string | null
  endpoint: string | null
}

function parse(pathname: string): Place {
  const [, kind, id] = pathname.split('/')
  const object = id ? decodeURIComponent(id) : null
  return { run: kind === 'runs' ? object : null, endpoint: kind === 'endpoints' ? object : null }
}

export const pathTo = {
  overview: '/',
  run: (run: string) => `/runs/${encodeURIComponent(run)}`,
  endpoint: (endpoint: string) => `/endpoints/${encodeURIComponent(endpoint)}`,
}

const listeners = new Set<() => void>()
function tell(): void {
  for (const listener of listeners) listener()
}
window.addEventListener('popstate', tell)

/** Goes to a path of this page; Back returns. */
export function go(path: string): void {
  if (path === window.location.pathname) return
  window.history.pushState(null, '', path)
  tell()
}

export function usePlace(): Place {
  const pathname = useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => window.location.pathname,
  )
  return parse(pathname)
}
