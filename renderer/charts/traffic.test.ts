import { expect, test } from 'vitest'
import type { Traffic } from '../../shared/model/monitoring.ts'
import { dataDrawn } from './data-drawn.ts'
import { driftHeatMapOption } from './drift-heat-map.ts'
import type { Palette } from './options.ts'
import { stairs, trafficOption } from './traffic.ts'

const palette: Palette = {
  text: 'rgb(1, 2, 3)',
  line: 'b',
  ground: 'g',
  first: 'rgb(0, 0, 9)',
  second: 'rgb(9, 0, 0)',
  series: [],
}
const bucket = (from: number, to: number, rows: number): Traffic => ({
  from,
  to,
  rows,
  requests: rows,
  errors: 0,
  latencyMs: null,
})

test('a value holds to the end of its bucket, and no line goes over a gap', () => {
  const buckets = [bucket(0, 10, 3), bucket(10, 20, 5), bucket(40, 60, 7)]
  expect(stairs(buckets, ({ rows }) => rows)).toEqual([
    [0, 3],
    [10, 5],
    [20, 5],
    [20, null],
    [40, 7],
    [60, 7],
    [60, null],
  ])
})

test('the axis of errors ends at 100 % where most fail, and near what there is where few do', () => {
  const names = { throughput: 'rows a second', errors: 'errors, %', latency: 'latency, ms' }
  const drawing = { from: 0, to: 10, buckets: [bucket(0, 10, 3)], marks: [], names, moment: String, describe: () => '' }
  const axes = trafficOption(drawing, palette).yAxis as { max: ((seen: { max: number }) => number | null) | null }[]
  expect([99, 51, 50, 2].map(max => axes[1]!.max!({ max }))).toEqual([100, 100, null, null])
  expect(axes[0]!.max).toBeNull()
})

test('a drifted cell has a frame, and what cannot be told no colour; what stands in a cell is said by who draws it', () => {
  const cell = (slot: number, state: 'no rows' | 'few' | 'calm' | 'drift', excess: number) => ({
    slot,
    row: 0,
    state,
    excess,
    isChosen: false,
    label: state,
    text: '',
  })
  const cells = [cell(0, 'calm', 0.5), cell(1, 'drift', 3), cell(2, 'few', 9), cell(3, 'no rows', 0)]
  const option = driftHeatMapOption({ columns: ['age'], slots: ['a', 'b', 'c', 'd'], cells, timeName: 'time' }, palette)
  const { data } = option.series as { data: { itemStyle: Record<string, unknown>; label: { formatter: string } }[] }
  expect(data.map(({ itemStyle }) => itemStyle.borderColor === palette.text)).toEqual([false, true, false, false])
  expect(data.map(({ itemStyle }) => String(itemStyle.color).slice(0, 13))).toEqual([
    'rgba(0, 0, 9,',
    'rgba(9, 0, 0,',
    'transparent',
    'transparent',
  ])
  expect(data.map(({ label }) => label.formatter)).toEqual(['calm', 'drift', 'few', 'no rows'])
  expect(dataDrawn(option).rows[1]).toEqual(['', 'b', 'age', 3])
})
