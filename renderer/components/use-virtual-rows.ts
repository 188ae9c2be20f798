import { useLayoutEffect, useRef, useState } from 'react'
import { watchScroll } from './watch-scroll.ts'

/** Rows beyond the edges that are there before they come into sight. */
const margin = 2

/**
 * Of a long table in a scrolling `box`, whose rows are all `rowHeight` pixels high, only the rows in sight, from `first` to before `end`;
 * `above` and `below` are the heights, in pixels, of what is left out. As many rows more cost nothing.
 */
export function useVirtualRows(count: number, rowHeight: number) {
  const box = useRef<HTMLElement>(null)
  // It may come later than who asks, where a table is empty at first.
  const [element, setElement] = useState<HTMLElement | null>(null)
  useLayoutEffect(() => setElement(box.current))
  const [sight, setSight] = useState({ from: 0, to: 0 })
  useLayoutEffect(() => {
    if (!element) return
    const look = () => {
      const { scrollTop, clientHeight } = element
      const from = Math.floor(scrollTop / rowHeight)
      const to = Math.ceil((scrollTop + clientHeight) / rowHeight)
      setSight(last => (last.from === from && last.to === to ? last : { from, to }))
    }
    return watchScroll(element, look)
  }, [element, rowHeight])
  const end = Math.min(count, sight.to + margin)
  // With fewer rows than before those at the end, until the box says how far it is scrolled now.
  const first = Math.max(0, Math.min(sight.from, count - (sight.to - sight.from)) - margin)
  return { box, first, end, above: first * rowHeight, below: (count - end) * rowHeight }
}
