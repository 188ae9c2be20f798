import { useCallback, useEffect, useRef, useState } from 'react'

/** What has focus, and the slot that it is drawn in. */
export interface Held {
  id: string
  slot: number
}

/**
 * A slot for each of what is in sight, in its order: the `i`th has slot i, but that what has focus keeps its own while it is in sight.
 * Slots are different, and none is as large as their number unless it is the one that is kept.
 */
export function slotsOf(shown: readonly string[], held: Held | null): number[] {
  const slots = shown.map((_, i) => i)
  const place = held ? shown.indexOf(held.id) : -1
  if (!held || place < 0) return slots
  slots.splice(Math.min(held.slot, slots.length - 1), 1)
  slots.splice(place, 0, held.slot)
  return slots
}

/**
 * Rows as keys for React: as they are scrolled past, what stands in an element changes, which takes half the time of a new one. `hold` is told
 * which row got focus, and focus stays with it.
 */
export function useSlots(shown: readonly string[]) {
  const [held, setHeld] = useState<Held | null>(null)
  const slots = slotsOf(shown, held)
  const last = useRef({ shown, slots })
  useEffect(() => {
    last.current = { shown, slots }
  })
  const hold = useCallback((id: string) => {
    const slot = last.current.slots[last.current.shown.indexOf(id)]
    if (slot !== undefined) setHeld({ id, slot })
  }, [])
  return { slots, hold }
}
