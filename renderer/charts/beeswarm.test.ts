import { expect, test } from 'vitest'
import { beeswarmOption } from './beeswarm.ts'
import type { Palette } from './options.ts'

const palette: Palette = { text: 'rgb(1, 2, 3)', line: 'b', first: 'rgb(0, 0, 9)', second: 'rgb(9, 0, 0)', series: [] }

interface Item {
  data: { value: [number, number, number | string | null] }
}

test('a dot says its column, the value of the row as a person reads it, and what it adds', () => {
  const words = (value: number | string) => `on ${new Date(value).toISOString().slice(0, 10)}`
  const swarms = [{ name: 'started', contributions: [0.25, -0.5], values: [Date.UTC(2024, 2, 14), null], words }]
  const option = beeswarmOption(swarms, { x: 'adds', value: 'value', missing: 'missing', chosen: 0 }, palette)
  const { formatter } = option.tooltip as { formatter(item: Item): string }
  const [series] = option.series as { data: Item['data'][] }[]
  expect(series!.data.map(data => formatter({ data }))).toEqual([
    'started on 2024-03-14: 0.25',
    'started missing: -0.5',
  ])
})
