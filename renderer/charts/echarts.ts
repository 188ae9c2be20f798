import { BarChart, LineChart, ParallelChart, ScatterChart } from 'echarts/charts'
import { GridComponent, LegendComponent, ParallelComponent, TooltipComponent } from 'echarts/components'
import { use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([
  BarChart,
  LineChart,
  ParallelChart,
  ScatterChart,
  ParallelComponent,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  CanvasRenderer,
])

export { getInstanceByDom, init } from 'echarts/core'
