import type { EChartsType } from 'echarts/core'

/**
 * Shows the cursor of a chart at a place across, with the values there; null, and a place that it does not hold, take it away. Charts that are
 * linked are told each of its own: `showTip` hides first, and the linked ones hear of that after they were shown.
 */
export function placeCursor(chart: EChartsType, across: number | null): void {
  const x = across === null ? Number.NaN : Number(chart.convertToPixel({ xAxisIndex: 0 }, across))
  const y = chart.getHeight() / 2
  if (chart.containPixel({ gridIndex: 0 }, [x, y])) {
    chart.dispatchAction({ type: 'updateAxisPointer', x, y, escapeConnect: true })
    return
  }
  chart.dispatchAction({ type: 'hideTip', escapeConnect: true })
  chart.dispatchAction({ type: 'updateAxisPointer', currTrigger: 'leave', escapeConnect: true })
}
