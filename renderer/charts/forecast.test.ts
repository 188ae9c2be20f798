import { expect, test } from 'vitest'
import { forecastOption } from './forecast.ts'

const palette = { text: '#000', line: '#ccc', first: '#111', second: '#222', series: ['#1', '#2', '#3'] }
const none = { time: [], value: [], low: [], high: [] }

test('the axis of what is foretold bears its name, cut where it is longer than the axis', () => {
  const names = {
    ...{ value: 'amount', actual: 'was', backtest: 'foretold', future: 'next' },
    ...{ low: (name: string) => `${name} low`, high: (name: string) => `${name} high` },
  }
  const told = { name: '', actual: none, backtest: none, future: none }
  const { yAxis } = forecastOption(told, true, names, palette)
  expect(yAxis).toMatchObject({ name: 'amount', nameLocation: 'middle', nameTruncate: { maxWidth: 180 } })
})
