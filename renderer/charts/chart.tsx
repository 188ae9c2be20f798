import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import { code } from '../client/code.ts'
import { ExportMenu } from './export-menu.tsx'
import type { Palette } from './options.ts'

type ECharts = typeof import('./echarts.ts')

/** What the palette depends on. Asked once for all charts: the browser keeps every question. */
const schemes = ['(prefers-color-scheme: dark)', '(prefers-contrast: more)', '(forced-colors: active)'].map(query =>
  window.matchMedia(query),
)

/** A token of the page as a colour that a canvas takes. */
function tokenColor(element: HTMLElement, token: string): string {
  const probe = document.createElement('span')
  // Series keep their own colours where the system forces its own upon text.
  probe.style.forcedColorAdjust = 'none'
  probe.style.color = `var(${token})`
  element.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

function readPalette(element: HTMLElement): Palette {
  const color = (token: string) => tokenColor(element, token)
  return {
    text: color('--text-soft'),
    line: color('--line'),
    ground: color('--surface'),
    first: color('--series-1'),
    second: color('--series-2'),
    series: [1, 2, 3, 4, 5, 6].map(number => color(`--series-${number}`)),
  }
}

/**
 * Draws an ECharts option, in the colours of the theme, at the size of its box, and lets it be saved under its label. The library
 * loads with the first chart. Charts that are linked by the same name have one cursor: it is at the same value in all of them. `onDrawn` gets
 * the chart whenever it was drawn anew; what it gives is called before the next time.
 */
export function Chart(props: {
  label: string
  height?: number
  linked?: string
  onDrawn?(chart: EChartsType): () => void
  option(palette: Palette): EChartsCoreOption
}) {
  const box = useRef<HTMLDivElement>(null)
  const [library, setLibrary] = useState<ECharts | null>(null)
  const [scheme, setScheme] = useState(0)
  useEffect(() => {
    let isGone = false
    void code(() => import('./echarts.ts')).then(loaded => !isGone && setLibrary(loaded))
    const changed = () => setScheme(count => count + 1)
    for (const each of schemes) each.addEventListener('change', changed)
    return () => {
      isGone = true
      for (const each of schemes) each.removeEventListener('change', changed)
    }
  }, [])
  // The scheme changes what the palette reads.
  useEffect(() => {
    const element = box.current
    if (!library || !element) return
    const chart = library.getInstanceByDom(element) ?? library.init(element, null, { renderer: 'canvas' })
    chart.setOption(props.option(readPalette(element)), true)
    if (props.linked) {
      chart.group = props.linked
      library.connect(props.linked)
    }
    const observer = new ResizeObserver(() => chart.resize())
    observer.observe(element)
    const leave = props.onDrawn?.(chart)
    return () => {
      observer.disconnect()
      leave?.()
    }
  }, [library, props.option, props.onDrawn, props.linked, scheme])
  useEffect(() => {
    const element = box.current
    return () => {
      if (library && element) library.getInstanceByDom(element)?.dispose()
    }
  }, [library])
  return (
    <div className="chart-frame">
      <div
        ref={box}
        className="chart"
        role="img"
        aria-label={props.label}
        style={props.height ? { height: props.height } : undefined}
      />
      {library && (
        <ExportMenu
          label={props.label}
          chart={() => (box.current ? library.getInstanceByDom(box.current) : undefined)}
          background={() => (box.current ? tokenColor(box.current, '--surface') : '')}
        />
      )}
    </div>
  )
}
