import { expect, test } from 'vitest'
import { mostStrokes, strokeOf } from './strokes.ts'

test('as many lines as are drawn at once look different, and neighbours differ in colour, dash and marker', () => {
  const strokes = Array.from({ length: mostStrokes }, (_, place) => strokeOf(place))
  expect(new Set(strokes.map(({ series, dash }) => `${series} ${dash}`)).size).toBe(mostStrokes)
  expect(new Set(strokes.map(({ series, marker }) => `${series} ${marker}`)).size).toBe(mostStrokes)
  for (const [place, { series, dash, marker }] of strokes.slice(1).entries()) {
    const before = strokes[place]!
    expect([before.series === series, before.dash === dash, before.marker === marker]).toEqual([false, false, false])
  }
})
