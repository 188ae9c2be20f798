import { expect, test } from 'vitest'
import { dataDrawn } from './data-drawn.ts'
import { curveOption, driftOption, type Palette } from './options.ts'
import { parallelOption } from './parallel.ts'
import { unitOption } from './roc.ts'

const palette: Palette = { text: 'a', line: 'b', ground: 'g', first: 'c', second: 'd', series: ['e', 'f'] }

test('curves: a line a point, with the name of its curve', () => {
  const curves = [
    { key: 'loss', steps: [1, 2], values: [0.5, 0.25] },
    { key: '=auc', steps: [1], values: [0.9] },
  ]
  expect(dataDrawn(curveOption(curves, palette))).toEqual({
    columns: ['series', 'step', 'y'],
    rows: [
      ['loss', 1, 0.5],
      ['loss', 2, 0.25],
      ['=auc', 1, 0.9],
    ],
  })
})

test('bars over categories: the category by its name', () => {
  const column = { labels: ['red', 'blue'], edges: [], reference: [0.75, 0.25], current: [0.5, 0.5] }
  expect(dataDrawn(driftOption(column as never, palette)).rows).toEqual([
    ['reference', 'red', 0.75],
    ['reference', 'blue', 0.25],
    ['current', 'red', 0.5],
    ['current', 'blue', 0.5],
  ])
})

test('the diagonal of chance is no data; parallel axes are columns', () => {
  const line = { name: 'run', x: [0, 1], y: [0, 1], at: null }
  expect(dataDrawn(unitOption([line], { x: 'fpr', y: 'tpr', diagonal: true }, palette))).toEqual({
    columns: ['series', 'fpr', 'tpr'],
    rows: [
      ['run', 0, 0],
      ['run', 1, 1],
    ],
  })
  const axes = [
    { name: 'depth', values: [3, null] },
    { name: 'auc', values: [0.9, 0.8] },
  ]
  expect(dataDrawn(parallelOption(['a', 'b'], axes, palette))).toEqual({
    columns: ['series', 'depth', 'auc'],
    rows: [
      ['a', 3, 0.9],
      ['b', null, 0.8],
    ],
  })
})

test('a heat map: both categories by name, then the value', () => {
  const option = {
    xAxis: { type: 'category', name: 'hour', data: ['10', '11'] },
    yAxis: { type: 'category', data: ['a', 'b'] },
    series: { type: 'heatmap', data: [[0, 1, 0.5], { value: [1, 0, 0.25] }] },
  }
  expect(dataDrawn(option)).toEqual({
    columns: ['series', 'hour', 'y', 'value'],
    rows: [
      ['', '10', 'b', 0.5],
      ['', '11', 'a', 0.25],
    ],
  })
})

test('moments as moments; of several axes of values each series says its own', () => {
  const option = {
    xAxis: [{ type: 'time' }, { type: 'time' }],
    yAxis: [{ name: 'rows a second' }, { name: 'latency, ms' }],
    series: [
      { name: 'rows a second', data: [[Date.UTC(2026, 10, 28, 9, 57), 19]] },
      { name: 'p50', xAxisIndex: 1, yAxisIndex: 1, data: [[Date.UTC(2026, 10, 28, 9, 58), null]] },
    ],
  }
  expect(dataDrawn(option)).toEqual({
    columns: ['series', 'x', 'y'],
    rows: [
      ['rows a second', '2026-11-28T09:57:00.000Z', 19],
      ['p50: latency, ms', '2026-11-28T09:58:00.000Z', null],
    ],
  })
})
