import type { LearningCurve } from '../model/learning-curve.ts'
import { formatCount } from './format.ts'

const short = (value: number) => String(Number(value.toPrecision(2)))

/** What a learning curve says of more rows, in a sentence or two. */
export function learningWords({ metric, points, lastDoubling, testRows }: LearningCurve): string {
  const [half, all] = points.slice(-2).map(({ rows }) => formatCount(rows))
  const { difference, interval, verdict } = lastDoubling
  const change = `From ${half} to ${all} training rows the ${metric} on ${formatCount(testRows)} test rows changed by ${short(difference)} (95 % interval ${interval.map(short).join(' to ')})`
  if (verdict === 'better') return `${change}: it is still getting better, so more rows would likely help.`
  if (verdict === 'worse')
    return `${change}: it got worse, so more rows of this kind would not help; look at how they differ.`
  return `${change}: that is within noise, so more rows alone would hardly help. Other columns or another model might.`
}
