import type { EChartsCoreOption } from 'echarts/core'
import { keepExtremes } from '../../shared/lib/downsample.ts'
import type { Series } from '../../shared/model/run.ts'
import { curveOption, type Palette } from './options.ts'

/** More points than a screen has columns show nothing more. */
const stretches = 600

/** One curve of several runs over its steps; `key` of each is the name of its run. */
export function curvesOverlayOption(curves: Series[], palette: Palette): EChartsCoreOption {
  const thinned = curves.map(curve => keepExtremes(curve, stretches))
  return { ...curveOption(thinned, palette), axisPointer: { type: 'line' } }
}
