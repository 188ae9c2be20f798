import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'

/** Of a long table in a scrolling `box` only the rows in sight; `above` and `below` are the heights, in pixels, of what is left out. */
export function useVirtualRows(count: number, rowHeight: number) {
  const box = useRef<HTMLElement>(null)
  const rows = useVirtualizer({
    count,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 3,
    useFlushSync: false,
  })
  const shown = rows.getVirtualItems()
  return { box, shown, above: shown[0]?.start ?? 0, below: rows.getTotalSize() - (shown.at(-1)?.end ?? 0) }
}
