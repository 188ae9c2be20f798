import type { Run } from '../../../shared/model/run.ts'

/** So many of the chosen ones are compared, the first of them. */
export const mostCompared = 20

/** Why the chosen runs have no paired verdict; null where they have one. The engine refuses the same. */
export function whyNoVerdict(runs: readonly Run[]): 'notDone' | 'unalike' | 'unlabelled' | null {
  const [first] = runs
  if (runs.some(({ status }) => status !== 'done')) return 'notDone'
  if (alikeAmong(runs).length > 1) return 'unalike'
  return first?.task === 'anomaly' && first.target === null ? 'unlabelled' : null
}

/** Whether both learned to tell the same: their scores and curves are of one thing, be it on other rows. */
export const isSameQuestion = (one: Run, other: Run) => one.target === other.target && one.task === other.task

/** Whether both were asked the same of the very same rows. */
export function isSameTest(one: Run, other: Run): boolean {
  return (
    isSameQuestion(one, other) &&
    one.testRowsDigest !== null &&
    one.testRowsDigest === other.testRowsDigest &&
    one.classes.join('\0') === other.classes.join('\0')
  )
}

/** The runs in groups within which each can be held against each, in the order in which they stand. */
export function alikeAmong(runs: readonly Run[]): Run[][] {
  const groups: Run[][] = []
  for (const run of runs) {
    const own = groups.find(([first]) => isSameTest(first!, run))
    if (own) own.push(run)
    else groups.push([run])
  }
  return groups
}
