import type { EChartsType } from 'echarts/core'
import { useCallback, useMemo, useRef, useState } from 'react'
import type { Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import type { Palette } from '../../charts/options.ts'
import { type Brushes, brush, type Interval, keepBrushes, noteBrush, parallelOption } from '../../charts/parallel.ts'
import { Panel } from '../../components/panel.tsx'
import { go, usePlace } from '../../components/router.ts'
import { inOrder, parallelAxes } from './axes.ts'
import { AxisOrder } from './axis-order.tsx'
import { AxisRange } from './axis-range.tsx'
import { labelOf } from './columns.ts'
import { addressOf, readPlace } from './place.ts'
import { texts } from './texts.ts'

/** Settings and metrics of the runs as parallel lines; the order of the axes is in the address. */
export function ParallelPanel({ runs }: { runs: Run[] }) {
  const place = readPlace(usePlace().search)
  const wanted = JSON.stringify(place.axes)
  const axes = useMemo(() => inOrder(parallelAxes(runs), JSON.parse(wanted) as string[]), [runs, wanted])
  const names = useMemo(() => axes.map(({ name }) => name), [axes])
  const option = useMemo(() => (palette: Palette) => parallelOption(runs.map(labelOf), axes, palette), [runs, axes])
  const brushes = useRef<Brushes>(new Map())
  const drawn = useRef<EChartsType | null>(null)
  const [, redraw] = useState(0)
  const onDrawn = useCallback((chart: EChartsType) => {
    drawn.current = chart
    return keepBrushes(chart, brushes.current, () => redraw(count => count + 1))
  }, [])
  const keep = (axis: string, intervals: Interval[]) => {
    if (drawn.current) return brush(drawn.current, axis, intervals)
    // The chart comes after the fields, and puts on what was kept before it came.
    noteBrush(brushes.current, axis, intervals)
    redraw(count => count + 1)
  }
  return (
    <Panel title={texts.parallel} wide>
      {axes.length === 0 ? (
        <p className="empty">{texts.noAxes}</p>
      ) : (
        <div className="body">
          <p className="soft">{texts.parallelHint}</p>
          <AxisOrder names={names} order={next => go(addressOf({ ...place, axes: next }), { replace: true })} />
          <AxisRange axes={axes} brushes={brushes.current} keep={keep} />
          <Chart label={texts.parallel} height={310} option={option} onDrawn={onDrawn} />
        </div>
      )}
    </Panel>
  )
}
