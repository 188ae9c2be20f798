import { formatSeconds } from '../../../../shared/lib/format.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel } from '../algorithm.ts'

/** Of the time of a trial what its fit may take; the rest is for its answers. */
const forFit = 0.7

/**
 * When a trial that may take so many seconds is to end its fit with what it has; undefined where it is not: over folds each would have to be ended
 * alike, and on a part of the rows the score would be of less than it promises.
 */
export function endOf(
  { steps }: Pick<Algorithm, 'steps'>,
  { seconds, share, folds }: { seconds: number | null; share: number; folds: number },
): AbortSignal | undefined {
  const isEnded = steps !== undefined && seconds !== null && share === 1 && !folds
  return isEnded ? AbortSignal.timeout(Math.round(seconds * forFit * 1000)) : undefined
}

/** The training that a fit was which was ended after so many seconds, and what is said beside its score. */
export function endedAs(
  { steps }: Pick<Algorithm, 'steps'>,
  { parameters, settled, seconds }: { parameters: Parameters; settled: FittedModel['settled']; seconds: number },
): { parameters: Parameters; warning: string } {
  const ended = { ...parameters, ...settled }
  const count = `${ended[steps!]} ${steps} (${formatSeconds(seconds)})`
  return { parameters: ended, warning: `The search ended it after ${count}, for want of time: more may do better` }
}
