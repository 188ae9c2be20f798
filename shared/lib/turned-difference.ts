import type { PairedDifference } from '../model/run.ts'

const turnedVerdicts = { better: 'worse', worse: 'better', 'within noise': 'within noise' } as const

/** How the first differs from the second, of how the second differs from the first. */
export function turnedDifference({
  metric,
  difference,
  interval: [low, high],
  verdict,
}: PairedDifference): PairedDifference {
  return { metric, difference: -difference, interval: [-high, -low], verdict: turnedVerdicts[verdict] }
}
