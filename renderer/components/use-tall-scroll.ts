import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Browsers lay out no element taller than some 16 to 33 million pixels. */
const mostPixels = 8_000_000

/**
 * A scrolled box over any number of rows of one height, in pixels. Below the browser's bound the scrollbar counts pixels; above it, it
 * counts shares of the whole, and wheel and keys still move by rows. Gives the first row in sight and how far it is scrolled out.
 */
export function useTallScroll(box: RefObject<HTMLElement | null>, rows: number, rowHeight: number, headHeight: number) {
  const [top, setTop] = useState(0)
  const [view, setView] = useState({ width: 800, height: 400 })
  const body = Math.max(0, view.height - headHeight)
  const all = rows * rowHeight
  const spacer = Math.min(all, mostPixels)
  const most = Math.max(0, all - body)
  const scale = spacer > body ? most / (spacer - body) : 1
  const expected = useRef(0)

  useLayoutEffect(() => {
    const element = box.current
    if (!element) return
    const measure = () => setView({ width: element.clientWidth, height: element.clientHeight })
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [box])

  const to = useCallback(
    (wanted: number) => {
      const next = Math.min(most, Math.max(0, wanted))
      setTop(next)
      expected.current = next / scale
      if (box.current) box.current.scrollTop = expected.current
    },
    [box, most, scale],
  )
  const position = useRef({ top, to, scale })
  position.current = { top, to, scale }
  useEffect(() => {
    const element = box.current
    if (!element) return
    const scrolled = () => {
      // What this hook set itself comes back rounded.
      if (Math.abs(element.scrollTop - expected.current) <= 1) return
      expected.current = element.scrollTop
      setTop(element.scrollTop * position.current.scale)
    }
    const wheeled = (event: WheelEvent) => {
      if (event.deltaY === 0 || position.current.scale === 1) return
      event.preventDefault()
      position.current.to(position.current.top + event.deltaY)
    }
    element.addEventListener('scroll', scrolled, { passive: true })
    element.addEventListener('wheel', wheeled, { passive: false })
    return () => {
      element.removeEventListener('scroll', scrolled)
      element.removeEventListener('wheel', wheeled)
    }
  }, [box])
  // Fewer rows than before: back to where there are some.
  useEffect(() => {
    if (position.current.top > most) position.current.to(most)
  }, [most])

  const first = Math.floor(top / rowHeight)
  return {
    first,
    /** Rows that are at least partly in sight. */
    count: Math.max(0, Math.min(rows - first, Math.ceil(body / rowHeight) + 1)),
    /** Pixels of the first row that lie above the box. */
    cut: top - first * rowHeight,
    spacer,
    body,
    width: view.width,
    toRow: (row: number) => to(row * rowHeight),
    by: (count: number) => to(position.current.top + count * rowHeight),
  }
}
