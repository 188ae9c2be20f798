import type { EChartsCoreOption } from 'echarts/core'
import type { Palette } from './options.ts'

export interface HeatMapCell {
  slot: number
  row: number
  state: 'no rows' | 'few' | 'calm' | 'drift'
  /** How many times its threshold the value is. */
  excess: number
  isChosen: boolean
  /** Stands in it. */
  label: string
  /** Said when it is pointed at. */
  text: string
}

export const heatMapLook = { rowHeight: 18, top: 6, bottom: 30 }
/** The same for every chart over a span of time, so that a moment stands under itself. */
export const timeMargins = { left: 150, right: 48 }

/** What the strongest colour stands for. */
const fullExcess = 8

/**
 * Columns by time. Below its threshold a cell is the first colour, from it on the second with a frame, stronger the further
 * it is; too few rows to tell is a dot, no rows a dash, and nothing where nothing was counted: colour alone says none of it.
 */
export function driftHeatMapOption(
  drawing: { columns: string[]; slots: string[]; cells: HeatMapCell[]; timeName: string },
  palette: Palette,
): EChartsCoreOption {
  const { columns, slots, cells } = drawing
  const axisLine = { lineStyle: { color: palette.line } }
  return {
    animation: false,
    grid: { ...timeMargins, outerBoundsMode: 'none', top: heatMapLook.top, bottom: heatMapLook.bottom },
    tooltip: {
      renderMode: 'richText',
      formatter: ({ dataIndex }: { dataIndex: number }) => cells[dataIndex]?.text ?? '',
    },
    xAxis: {
      type: 'category',
      name: drawing.timeName,
      nameTextStyle: { color: 'transparent' },
      data: slots,
      axisLabel: { color: palette.text, hideOverlap: true },
      axisTick: { show: false },
      axisLine,
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: columns,
      axisLabel: { color: palette.text, width: timeMargins.left - 16, overflow: 'truncate', interval: 0 },
      axisTick: { show: false },
      axisLine,
    },
    series: {
      type: 'heatmap',
      name: '',
      label: { show: true, fontSize: 10 },
      data: cells.map(cell => ({
        value: [cell.slot, cell.row, cell.excess],
        label: { formatter: cell.label, color: strengthOf(cell) > 0.3 ? palette.ground : palette.text },
        itemStyle: styleOf(cell, palette),
      })),
      emphasis: { itemStyle: { borderColor: palette.text, borderWidth: 2 } },
    },
  }
}

/** How far a cell is on the way to the strongest colour of drift, 0 to 1: what stands in it is then told from it by the ground's. */
const strengthOf = ({ state, excess }: HeatMapCell) =>
  state === 'drift' ? Math.min(1, Math.log(Math.max(1, excess)) / Math.log(fullExcess)) : 0

function styleOf(cell: HeatMapCell, palette: Palette): object {
  const { state, excess, isChosen } = cell
  const frame = isChosen
    ? { borderColor: palette.text, borderWidth: 3 }
    : state === 'drift'
      ? { borderColor: palette.text, borderWidth: 1 }
      : { borderColor: 'transparent', borderWidth: 1 }
  if (state === 'calm') return { ...frame, color: faded(palette.first, 0.08 + 0.27 * Math.min(1, excess)) }
  if (state === 'drift') return { ...frame, color: faded(palette.second, 0.45 + 0.55 * strengthOf(cell)) }
  return { ...frame, color: 'transparent' }
}

/** A colour as the page computes it ("rgb(1, 2, 3)"), seen through. */
function faded(color: string, opacity: number): string {
  return color.replace(/^rgb\((.*)\)$/, `rgba($1, ${opacity.toFixed(3)})`)
}
