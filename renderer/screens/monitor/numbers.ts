import { formatCount } from '../../../shared/lib/format.ts'
import { shorten } from '../../../shared/lib/shorten.ts'
import { texts } from './texts.ts'

/** Three significant figures, without an exponent where that can be. */
export function short(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toExponential(1)
  return Math.abs(value) >= 1000 ? formatCount(Math.round(value)) : String(+value.toPrecision(3))
}

export const percent = (share: number) => `${short(share * 100)} %`

const lengths = [
  [86_400_000, texts.days],
  [3_600_000, texts.hours],
  [60_000, texts.minutes],
] as const

/** "5 minutes", "1 hour": a length that divides into whole ones. */
export function length(timeMs: number): string {
  const [unitMs, unit] = lengths.find(([each]) => timeMs >= each && timeMs % each === 0) ?? lengths[2]
  return unit(Math.round(timeMs / unitMs))
}

/** A text of any length for a place that cannot cut it itself. */
export const clipped = (text: string, longest = 60) => shorten(text, longest)
