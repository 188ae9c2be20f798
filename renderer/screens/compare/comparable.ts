import type { Run } from '../../../shared/model/run.ts'

/** So many are compared at once. */
const most = 20

/** Why the chosen runs have no paired verdict; null where they have one. The engine refuses the same, and others. */
export function whyNoVerdict(runs: readonly Run[]): 'tooMany' | 'notDone' | 'otherRows' | 'unlabelled' | null {
  const [first, ...others] = runs
  if (runs.length > most) return 'tooMany'
  if (runs.some(({ status }) => status !== 'done')) return 'notDone'
  if (first && others.some(run => !isSameTest(first, run))) return 'otherRows'
  return first?.task === 'anomaly' && first.target === null ? 'unlabelled' : null
}

/** Whether both were asked the same of the very same rows. */
export function isSameTest(one: Run, other: Run): boolean {
  return (
    one.testRowsDigest !== null &&
    one.testRowsDigest === other.testRowsDigest &&
    one.target === other.target &&
    one.task === other.task
  )
}
