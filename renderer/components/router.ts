import { useMemo, useSyncExternalStore } from 'react'

/** What the address names: `/room/a/b?x=1`. */
export interface Place {
  /** The first part; empty at the root. */
  room: string
  /** The decoded parts after the room. */
  path: string[]
  search: URLSearchParams
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

export function parsePlace(address: string): Place {
  const url = new URL(address, 'http://page')
  const [room = '', ...path] = url.pathname
    .split('/')
    .filter(segment => segment !== '')
    .map(decode)
  return { room, path, search: url.searchParams }
}

/** The address of an object: a room, then what it is called there. */
export function pathTo(room: string, ...segments: (string | number)[]): string {
  return `/${[room, ...segments].map(segment => encodeURIComponent(segment)).join('/')}`
}

const listeners = new Set<() => void>()
function tell(): void {
  for (const listener of listeners) listener()
}
window.addEventListener('popstate', tell)

const address = () => window.location.pathname + window.location.search

/** Goes to an address of this page; Back returns, unless it replaces the one that is shown. */
export function go(path: string, options: { replace?: boolean } = {}): void {
  if (path === address()) return
  if (options.replace) window.history.replaceState(window.history.state, '', path)
  else {
    pushed += 1
    window.history.pushState({ entry: `${performance.timeOrigin} ${pushed}` }, '', path)
  }
  tell()
}

let pushed = 0

/** `go` for what is still on its way: it leads nobody away who has gone to another page since. */
export function goFromHere(): typeof go {
  const here = window.location.pathname
  return (path, options) => {
    if (window.location.pathname === here) go(path, options)
  }
}

/** Names the entry of the history that is shown: another one for each time that this page went somewhere. */
export const entryShown = (): string => (window.history.state as { entry?: string } | null)?.entry ?? ''

export function usePlace(): Place {
  const current = useSyncExternalStore(listener => {
    listeners.add(listener)
    return () => listeners.delete(listener)
  }, address)
  return useMemo(() => parsePlace(current), [current])
}
