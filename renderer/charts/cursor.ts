import type { EChartsType } from 'echarts/core'

/** Shows the cursor of one chart, linked or not, at a place across, with the values there; null takes it away. */
export function placeCursor(chart: EChartsType, across: number | null): void {
  if (across === null) {
    chart.dispatchAction({ type: 'hideTip', escapeConnect: true })
    chart.dispatchAction({ type: 'updateAxisPointer', currTrigger: 'leave', escapeConnect: true })
    return
  }
  const x = Number(chart.convertToPixel({ xAxisIndex: 0 }, across))
  if (Number.isFinite(x)) chart.dispatchAction({ type: 'showTip', x, y: chart.getHeight() / 2, escapeConnect: true })
}
