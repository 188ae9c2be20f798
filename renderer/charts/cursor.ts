import type { EChartsType } from 'echarts/core'

/** Shows the cursor of a chart at a place across, with the values there; null takes it away. Where nothing is drawn there, nothing is shown. */
export function placeCursor(chart: EChartsType, across: number | null): void {
  if (across === null) {
    chart.dispatchAction({ type: 'hideTip' })
    chart.dispatchAction({ type: 'updateAxisPointer', currTrigger: 'leave' })
    return
  }
  const x = Number(chart.convertToPixel({ xAxisIndex: 0 }, across))
  if (Number.isFinite(x)) chart.dispatchAction({ type: 'showTip', x, y: chart.getHeight() / 2 })
}
