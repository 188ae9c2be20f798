import type { ErrorJson } from '../../../../shared/errors.ts'
import { formatSeconds } from '../../../../shared/lib/format.ts'
import { isBetter, type MetricId, metricTable } from '../../../../shared/model/metrics.ts'
import type { ParameterImportance, Trial } from '../../../../shared/model/search.ts'
import { algorithms } from '../algorithms/index.ts'
import type { Finalist } from './job.ts'

/** A parameter that tells less of the score than this is not worth a word. */
const leastShare = 0.1

export interface Found {
  /** Said by itself. */
  failure: ErrorJson | null
  /** The baseline first, then the best. */
  finalists: readonly Finalist[]
  trials: readonly Trial[]
  metric: MetricId
  importance: readonly ParameterImportance[]
  wasStopped: boolean
  /** Until the data were read. */
  readSeconds: number
  budgetSeconds: number | null
  /** Until now. */
  tookSeconds: number
}

const number = (value: number) => String(Number(value.toPrecision(4)))
const nameOf = (algorithm: string) => algorithms.get(algorithm).name

/** What a search found, a sentence or two each. */
export function findingsOf(found: Found): string[] {
  const [baseline, best] = found.finalists
  if (found.failure) return counted(found)
  if (!best) {
    const { budgetSeconds, readSeconds, tookSeconds } = found
    const over =
      budgetSeconds !== null && tookSeconds > budgetSeconds
        ? ` It took ${formatSeconds(tookSeconds)}, for the baseline is written however long that takes.`
        : ''
    const budget = budgetSeconds === null ? 'the budget' : `the budget of ${formatSeconds(budgetSeconds)}`
    return [
      `Nothing but the baseline was trained to its end within ${budget}, of which reading the data took ${formatSeconds(readSeconds)}: give the search more time, or fewer rows.${over}`,
      ...counted(found),
    ]
  }
  return [
    winner(found, baseline!, best),
    tested(found, baseline!, best),
    ...counted(found),
    ...course(found, best),
    ...mattered(found, best),
  ]
}

function winner({ finalists, metric, trials }: Found, baseline: Finalist, best: Finalist): string {
  const { name, better } = metricTable[metric]
  const score = (finalist: Finalist) => trials[finalist.trial]!.score!
  const gain = better === 'higher' ? score(best) - score(baseline) : score(baseline) - score(best)
  // Those that could be validated: a class may be missing in others.
  const folds = best.trained.foldMetrics.length
  const rows = folds ? `as the mean over ${folds} folds` : 'on the validation rows'
  const [next] = finalists.slice(2)
  const isAhead = next && isBetter(metric, score(next), score(best))
  const lucky = isAhead
    ? ' That is no more ahead than chance allows: the best of many trials is partly the luckiest, a blend of them is less so.'
    : ''
  const others = next ? ` Next comes ${nameOf(next.algorithm).toLowerCase()} with ${number(score(next))}.${lucky}` : ''
  if (gain <= 0)
    return `Nothing was better than the baseline, whose ${name} is ${number(score(baseline))} ${rows}: these columns may say nothing about the target.`
  return `${nameOf(best.algorithm)} is best: its ${name} is ${number(score(best))} ${rows}, ${number(gain)} better than the baseline's ${number(score(baseline))}.${others}`
}

function tested({ metric, trials }: Found, baseline: Finalist, best: Finalist): string {
  const { name } = metricTable[metric]
  const value = best.trained.metrics[metric]
  const interval = best.trained.intervals[metric]
  if (value === undefined) return `Its ${name} is undefined on the test rows.`
  const range = interval ? ` (95 % interval ${number(interval[0])} to ${number(interval[1])})` : ''
  const base = baseline.trained.intervals[metric]
  const full = trials.filter(({ share, status }) => share === 1 && status === 'done').length
  const isClear = interval && base && (interval[0] > base[1] || interval[1] < base[0])
  const doubt = isClear || !base ? '' : ' The interval overlaps with the baseline’s: the gain may be chance.'
  const learned = best.refit ? ' In the end it learned from the validation rows as well.' : ''
  return `On the test rows, which no trial saw, its ${name} is ${number(value)}${range}. Believe this figure: the one on validation was the best of ${full} and is flattered by the choice.${learned}${doubt}`
}

function counted({ trials, wasStopped }: Found): string[] {
  const of = (status: Trial['status']) => trials.filter(each => each.status === status)
  const full = of('done').filter(({ share }) => share === 1)
  const partial = of('done').length - full.length
  const stop = wasStopped ? ' It was stopped by hand.' : ''
  if (full.length === trials.length) return [`${trials.length} trials, each on all training rows.${stop}`]
  const parts = [`${full.length} on all training rows`]
  if (partial) parts.push(`${partial} on a part of them to see which are worth more`)
  if (of('stopped').length) parts.push(`${of('stopped').length} cut off for want of time`)
  if (of('failed').length) parts.push(`${of('failed').length} failed (first: ${of('failed')[0]!.error?.message})`)
  return [`${trials.length} trials: ${parts.join(', ')}.${stop}`]
}

/** When the best was found, and whether more time promises more. */
function course({ trials, metric }: Found, best: Finalist): string[] {
  const at = trials[best.trial]!
  const ahead = trials.find(({ share, score }) => share < 1 && score !== null && isBetter(metric, score, at.score!))
  if (ahead) {
    return [
      `${nameOf(ahead.algorithm)} did better on a part of the rows (${number(ahead.score!)}) and did not get through all of them in time: give the search more.`,
    ]
  }
  const last = trials.at(-1)!
  if (trials.length < 10) return []
  const end = last.startedAfter + (last.seconds ?? 0)
  const when = at.startedAfter + (at.seconds ?? 0)
  const promise = when < end / 2 ? 'More time would hardly find better.' : 'More time may find better.'
  return [`The best came after ${formatSeconds(when)}, as trial ${at.trial} of ${trials.length - 1}. ${promise}`]
}

function mattered({ importance }: Found, best: Finalist): string[] {
  if (typeof best.parameters.members === 'string') {
    const members = JSON.parse(best.parameters.members) as { algorithm: string }[]
    const names = [...new Set(members.map(({ algorithm }) => nameOf(algorithm).toLowerCase()))]
    return [
      `It is one file that weighs the answers of ${members.length} models against each other: ${names.join(', ')}.`,
    ]
  }
  const own = importance
    .filter(({ algorithm, share }) => algorithm === best.algorithm && share >= leastShare)
    .slice(0, 3)
  if (!own.length) return []
  const list = own.map(({ parameter, share }) => `${parameter} (${Math.round(share * 100)} %)`).join(', ')
  return [`Of its settings those that moved the score most are ${list}.`]
}
