import { useEffect, useRef, useSyncExternalStore } from 'react'
import { go } from './router.ts'

/** Something that Ctrl-K offers. */
export interface Command {
  label: string
  description: string
  /** The object that it is done with; none where it begins something new. */
  about?: string
  run(): void
}

/** Of what is on the page now, in the order in which it came: commands, and panels by their titles. */
const commands = new Set<() => Command[]>()
const panels = new Set<() => { title: string; element: HTMLElement | null }>()

/** Rises with every command and panel that comes or goes. */
let changes = 0
const listeners = new Set<() => void>()
function changed(): void {
  changes += 1
  for (const listener of listeners) listener()
}

/** Another number whenever what the page offers is no longer the same; always 0 where nobody wants to know. */
export const useOffers = (isWanted: boolean): number => useSyncExternalStore(heard, () => (isWanted ? changes : 0))

function heard(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** What the page as it is now adds to Ctrl-K. */
export const commandsHere = (): Command[] => [...commands].flatMap(offer => offer())
/** Panels of the page as it is now, each with the way to it. */
export const panelsHere = (): { title: string; show(): void }[] =>
  [...panels].map(panel => ({ title: panel().title, show: () => focusIn(panel().element) }))

function useKept<Value>(among: Set<() => Value>, value: () => Value): void {
  const latest = useRef(value)
  latest.current = value
  useEffect(() => {
    const mine = () => latest.current()
    among.add(mine)
    changed()
    return () => {
      among.delete(mine)
      changed()
    }
  }, [among])
}

/** Ctrl-K offers them for as long as the component that says so is on the page. */
export const useCommands = (offer: () => Command[]): void => useKept(commands, offer)

/** Ctrl-K leads to it for as long as it is on the page. */
export const usePanel = (title: string, element: () => HTMLElement | null): void =>
  useKept(panels, () => ({ title, element: element() }))

/** To the first thing in it that can be filled in or pressed. */
function focusIn(element: HTMLElement | null): void {
  if (!element) return
  element.scrollIntoView({ block: 'start' })
  const first = 'input:not([type=hidden], [hidden], :disabled), textarea, select, button:not(:disabled), [tabindex="0"]'
  const control = element.querySelector<HTMLElement>(first)
  if (!control) element.tabIndex = -1
  ;(control ?? element).focus({ preventScroll: true })
}

/** A room comes when it is first needed, and then asks the engine. */
const waitMs = 60_000

/** Goes to an address and, once it is there, to one of its panels, unless the person does something else meanwhile. */
export function goToPanel(path: string, title: string): void {
  go(path)
  const gone = new AbortController()
  const leave = () => gone.abort()
  for (const event of ['keydown', 'pointerdown']) window.addEventListener(event, leave, { signal: gone.signal })
  const end = Date.now() + waitMs
  const look = () => {
    if (gone.signal.aborted) return
    const panel = panelsHere().find(each => each.title === title)
    if (!panel && Date.now() < end) return setTimeout(look, 50)
    panel?.show()
    leave()
  }
  // What was there before is gone only in the next turn.
  setTimeout(look, 50)
}
