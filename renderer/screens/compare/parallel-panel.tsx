import type { EChartsType } from 'echarts/core'
import { useCallback, useMemo, useRef } from 'react'
import type { Run } from '../../../shared/model/run.ts'
import { Chart } from '../../charts/chart.tsx'
import type { Palette } from '../../charts/options.ts'
import { type Brushes, keepBrushes, parallelOption } from '../../charts/parallel.ts'
import { Panel } from '../../components/panel.tsx'
import { go, usePlace } from '../../components/router.ts'
import { inOrder, parallelAxes } from './axes.ts'
import { AxisOrder } from './axis-order.tsx'
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
  const onDrawn = useCallback((chart: EChartsType) => keepBrushes(chart, brushes.current), [])
  return (
    <Panel title={texts.parallel} wide>
      {axes.length === 0 ? (
        <p className="empty">{texts.noAxes}</p>
      ) : (
        <div className="body">
          <p className="soft">{texts.parallelHint}</p>
          <AxisOrder names={names} order={next => go(addressOf({ ...place, axes: next }), { replace: true })} />
          <Chart label={texts.parallel} height={310} option={option} onDrawn={onDrawn} />
        </div>
      )}
    </Panel>
  )
}
