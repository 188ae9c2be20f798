import { type ReactNode, useEffect, useRef } from 'react'
import { code } from '../client/code.ts'

/**
 * Tells where in the first grid of the chart inside a person clicked: the places along both axes. For the pointer only; what
 * can be done so must be there for the keyboard too.
 */
export function ClickableChart({
  onPlace,
  children,
}: {
  onPlace(across: number, up: number): void
  children: ReactNode
}) {
  const frame = useRef<HTMLDivElement>(null)
  const latest = useRef(onPlace)
  latest.current = onPlace
  useEffect(() => {
    const element = frame.current
    const click = async (event: MouseEvent) => {
      const box = (event.target as Element).closest<HTMLElement>('.chart')
      if (!box) return
      const { left, top } = box.getBoundingClientRect()
      const pixel = [event.clientX - left, event.clientY - top]
      const { getInstanceByDom } = await code(() => import('./echarts.ts'))
      const chart = getInstanceByDom(box)
      if (!chart?.containPixel({ gridIndex: 0 }, pixel)) return
      const [across, up] = chart.convertFromPixel({ gridIndex: 0 }, pixel) as [number, number]
      latest.current(across, up)
    }
    element?.addEventListener('click', click)
    return () => element?.removeEventListener('click', click)
  }, [])
  return <div ref={frame}>{children}</div>
}
