import { useEffect, useLayoutEffect, useRef, useState } from 'react'
import { entryShown, usePlace } from '../components/router.ts'

/** What scrolls: the page, and the boxes in it that are called by a name. */
const boxes = 'main, main .scroll[aria-label], main .rows-grid'
const nameOf = (box: Element) => (box.tagName === 'MAIN' ? '' : (box.getAttribute('aria-label') ?? ''))

/** Milliseconds for which what is not there yet is waited for: lists come from the engine. */
const longestMs = 15_000
/** Once all is where it was, what comes above may still push it away. */
const settledMs = 500

type Scrolled = Map<string, [top: number, left: number]>

/** In the storage of this tab, from when the page goes until it is there again. */
const storageKey = 'lathe scrolled'
/** Entries that are kept there, the newest. */
const mostEntries = 50

/** What this tab had scrolled before it was loaded anew; of an entry that is shown for the first time nothing. */
function storedScroll(): Map<string, Scrolled> {
  const stored = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]') as [string, [string, [number, number]][]][]
  const scrolled = new Map(stored.map(([entry, boxes]): [string, Scrolled] => [entry, new Map(boxes)]))
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  // Addresses that are gone to by a new load have no name of their own.
  if (navigation?.type === 'navigate') scrolled.delete('')
  return scrolled
}

function storeScroll(scrolled: Map<string, Scrolled>): void {
  const newest = [...scrolled].slice(-mostEntries)
  sessionStorage.setItem(storageKey, JSON.stringify(newest.map(([entry, boxes]) => [entry, [...boxes]])))
}

/**
 * Back, Forward and a page that is loaded anew find the page, and the lists in it, scrolled as they were left; an object that is opened begins
 * at its top. Kept in this tab's memory, by entry of the history.
 */
export function useKeptScroll(): void {
  const place = usePlace()
  const object = [place.room, ...place.path].join('/')
  const shown = useRef<{ entry: string | null; object: string }>({ entry: null, object })
  const [kept] = useState(storedScroll)
  const isComingBack = useRef(false)
  useLayoutEffect(() => {
    const before = shown.current
    shown.current = { entry: entryShown(), object }
    const entry = entryShown()
    const scrolled = entry === before.entry ? undefined : kept.get(entry)
    if (scrolled) {
      isComingBack.current = true
      return comeBack(scrolled, () => {
        isComingBack.current = false
      })
    }
    if (object !== before.object) document.querySelector('main')?.scrollTo(0, 0)
  }, [place, object, kept])
  useEffect(() => {
    const note = ({ target }: Event) => {
      if (isComingBack.current || !(target instanceof Element) || !target.matches(boxes)) return
      const entry = shown.current.entry ?? ''
      const own = kept.get(entry) ?? new Map()
      // The one that was scrolled last is the newest.
      kept.delete(entry)
      kept.set(entry, own.set(nameOf(target), [target.scrollTop, target.scrollLeft]))
    }
    document.addEventListener('scroll', note, { capture: true, passive: true })
    const leave = () => storeScroll(kept)
    window.addEventListener('pagehide', leave)
    return () => {
      document.removeEventListener('scroll', note, { capture: true })
      window.removeEventListener('pagehide', leave)
    }
  }, [kept])
}

/** Scrolls all of it back as soon as it is there, until it stays or the person does something; gives how to stop. */
function comeBack(scrolled: Scrolled, ended: () => void): () => void {
  const here = new AbortController()
  const stop = () => {
    if (!here.signal.aborted) ended()
    here.abort()
  }
  for (const event of ['wheel', 'pointerdown', 'keydown'])
    window.addEventListener(event, stop, { signal: here.signal, capture: true, passive: true })
  const end = performance.now() + longestMs
  let settledAt = Number.POSITIVE_INFINITY
  const put = () => {
    if (here.signal.aborted) return
    const now = performance.now()
    settledAt = putAll(scrolled) ? Math.min(settledAt, now) : Number.POSITIVE_INFINITY
    if (now > end || now > settledAt + settledMs) stop()
    else requestAnimationFrame(put)
  }
  put()
  return stop
}

/** Whether all was where it should be before. */
function putAll(scrolled: Scrolled): boolean {
  const there = new Map([...document.querySelectorAll(boxes)].map(box => [nameOf(box), box]))
  let isThere = true
  for (const [name, [top, left]] of scrolled) {
    const box = there.get(name)
    if (box && Math.abs(box.scrollTop - top) <= 1 && Math.abs(box.scrollLeft - left) <= 1) continue
    isThere = false
    box?.scrollTo(left, top)
  }
  return isThere
}
