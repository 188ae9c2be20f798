import type { LearningCurve } from '../model/learning-curve.ts'
import { formatCount, formatNumber, formatRange, formatSigned } from './format.ts'

const change = (value: number) => formatSigned(value, size => formatNumber(size, 2))

/** What a learning curve says of more rows, in a sentence or two. */
export function learningWords({ metric, points, lastDoubling, testRows }: LearningCurve): string {
  const [half, all] = points.slice(-2).map(({ rows }) => formatCount(rows))
  const { difference, interval, verdict } = lastDoubling
  const told = `From ${half} to ${all} training rows the ${metric} on ${formatCount(testRows)} test rows changed by ${change(difference)} (95 % interval ${formatRange([change(interval[0]), change(interval[1])])})`
  if (verdict === 'better') return `${told}: it is still getting better, so more rows would likely help.`
  if (verdict === 'worse')
    return `${told}: it got worse, so more rows of this kind would not help; look at how they differ.`
  return `${told}: that is within noise, so more rows alone would hardly help. Other columns or another model might.`
}
