import type { EChartsCoreOption } from 'echarts/core'
import { keepExtremes } from '../../shared/lib/downsample.ts'
import type { Series } from '../../shared/model/run.ts'
import { curveOption, type Palette } from './options.ts'

/** More points than a screen has columns show nothing more. */
const stretches = 600

/** One curve of several runs over its steps; `key` of each is the name of its run. Those without it keep their place, and are not named. */
export function curvesOverlayOption(curves: Series[], palette: Palette): EChartsCoreOption {
  const thinned = curves.map(curve => keepExtremes(curve, stretches))
  const option = curveOption(thinned, palette)
  const drawn = thinned.flatMap(({ key, steps }) => (steps.length > 0 ? key : []))
  return { ...option, legend: { ...(option.legend as object), data: drawn }, axisPointer: { type: 'line' } }
}
