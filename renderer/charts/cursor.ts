import type { EChartsType } from 'echarts/core'

/** Shows the cursor of a chart, and of those linked to it, at a place across, with the values there; null takes it away. */
export function placeCursor(chart: EChartsType, across: number | null): void {
  if (across === null) {
    chart.dispatchAction({ type: 'hideTip' })
    chart.dispatchAction({ type: 'updateAxisPointer', currTrigger: 'leave' })
    return
  }
  const x = Number(chart.convertToPixel({ xAxisIndex: 0 }, across))
  if (Number.isFinite(x)) chart.dispatchAction({ type: 'showTip', x, y: chart.getHeight() / 2 })
}
