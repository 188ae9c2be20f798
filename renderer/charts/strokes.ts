import type { Palette } from './options.ts'

const colours = 6
const dashes = ['solid', 'dashed', 'dotted'] as const
const markers = ['circle', 'triangle', 'rect', 'diamond'] as const

/** So many lines have a colour and dash that no other has; beyond that they repeat. */
export const mostStrokes = colours * dashes.length

/**
 * How one of several is told from the others, by its place among them: the number of its colour from 1, its dash, its marker. Neighbours differ
 * in all three, so that colour alone never carries the meaning.
 */
export function strokeOf(place: number) {
  const turn = place + Math.floor(place / colours)
  return {
    series: (place % colours) + 1,
    dash: dashes[turn % dashes.length]!,
    marker: markers[turn % markers.length]!,
  }
}

/** The same for a chart. */
export function lineOf(place: number, palette: Palette) {
  const { series, dash } = strokeOf(place)
  return { color: palette.series[series - 1], type: dash }
}
