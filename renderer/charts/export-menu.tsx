import { ActionIcon, Menu } from '@mantine/core'
import type { EChartsType } from 'echarts/core'
import { csvForPeople, fileNameOf } from '../../shared/lib/csv.ts'
import { code } from '../client/code.ts'
import { saveFile } from '../components/save-file.ts'
import { dataDrawn } from './data-drawn.ts'
import { texts } from './texts.ts'

/** Sharp on every screen and in print. */
const pixelRatio = 3

export interface Exported {
  label: string
  chart(): EChartsType | undefined
  /** Behind the drawing; the page's own is not part of it. */
  background(): string
}

/** Saves one chart as it stands. Everything is made in the page. */
export function ExportMenu(exported: Exported) {
  const save = (ending: string, make: (chart: EChartsType) => Blob | Promise<Blob>) => async () => {
    const chart = exported.chart()
    if (chart) saveFile(`${fileNameOf(exported.label)}.${ending}`, await make(chart))
  }
  return (
    <Menu position="bottom-end" withinPortal>
      <Menu.Target>
        <ActionIcon
          className="export"
          variant="default"
          size="sm"
          aria-label={texts.saveOf(exported.label)}
          title={`${texts.save}…`}
        >
          <svg viewBox="0 0 16 16" width="12" height="12" aria-hidden="true">
            <path d="M8 2v8M4.5 7 8 10.5 11.5 7M3 13.5h10" fill="none" stroke="currentColor" strokeWidth="1.6" />
          </svg>
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={save('svg', chart => svgOf(chart, exported.background()))}>{texts.svg}</Menu.Item>
        <Menu.Item onClick={save('png', chart => pngOf(chart, exported.background()))}>{texts.png}</Menu.Item>
        <Menu.Item onClick={save('csv', csvOf)}>{texts.csv}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

/** What no XML may hold, not even escaped: control characters and halves of pairs. */
const notInXml = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

/** Drawn anew as vectors, in the size that it has on the page. */
async function svgOf(chart: EChartsType, backgroundColor: string): Promise<Blob> {
  const { drawSvg } = await code(() => import('./echarts-svg.ts'))
  const text = drawSvg(
    { ...chart.getOption(), backgroundColor },
    { width: chart.getWidth(), height: chart.getHeight() },
  )
  return new Blob([text.replace(notInXml, '\u{FFFD}')], { type: 'image/svg+xml' })
}

function pngOf(chart: EChartsType, backgroundColor: string): Promise<Blob> {
  const canvas = chart.renderToCanvas({ pixelRatio, backgroundColor })
  return new Promise((resolve, reject) => {
    canvas.toBlob(blob => (blob ? resolve(blob) : reject(new Error(texts.noPicture))), 'image/png')
  })
}

function csvOf(chart: EChartsType): Blob {
  const { columns, rows } = dataDrawn(chart.getOption())
  return new Blob([csvForPeople(columns, rows)], { type: 'text/csv;charset=utf-8' })
}
