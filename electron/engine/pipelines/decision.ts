import { metricName } from '../../../shared/model/metrics.ts'
import type { Verdict } from '../../../shared/model/run.ts'

export interface DecisionInput {
  /** As a person reads them: `name:3`. */
  champion: string
  challenger: string
  alias: string
  metric: string
  /** Challenger − champion on the same fresh test rows. */
  difference: number
  interval: [number, number]
  /** Of the challenger. */
  verdict: Verdict
  /** The champion was trained on this very dataset version. */
  sameDataset: boolean
  /** Pinned checks that the challenger breaks for sure, in words. */
  broken: readonly string[]
  rows: number
}

export interface Decision {
  decision: 'promoted' | 'stopped'
  reason: string
}

/**
 * Better is promoted. Within noise is promoted when the champion has not seen this dataset version: of two that predict
 * alike the one that knows the newer rows is kept. Worse is never promoted, nor is what breaks a pinned check.
 */
export function decide(input: DecisionInput): Decision {
  const { champion, challenger, alias, metric, difference, interval, verdict, sameDataset, broken, rows } = input
  const number = (value: number) => Number(value.toPrecision(3))
  const sign = difference > 0 ? '+' : ''
  const measured =
    `${metricName(metric)} ${sign}${number(difference)} against ${champion} on the same ${rows.toLocaleString('en-US')} test rows ` +
    `(95 % interval ${number(interval[0])} to ${number(interval[1])})`
  if (broken.length > 0 && verdict !== 'worse') {
    const reason = `${challenger} breaks a pinned check: ${broken.join('; ')}; "${alias}" stays with ${champion}`
    return { decision: 'stopped', reason }
  }
  if (verdict === 'better') {
    return { decision: 'promoted', reason: `${challenger} is better: ${measured}; "${alias}" now names it` }
  }
  if (verdict === 'worse') {
    return { decision: 'stopped', reason: `${challenger} is worse: ${measured}; "${alias}" stays with ${champion}` }
  }
  if (sameDataset) {
    return {
      decision: 'stopped',
      reason: `${challenger} is no better within noise: ${measured}, and ${champion} was trained on the same dataset version; "${alias}" stays`,
    }
  }
  return {
    decision: 'promoted',
    reason: `${challenger} is as good within noise: ${measured}, and knows newer rows; "${alias}" now names it`,
  }
}
