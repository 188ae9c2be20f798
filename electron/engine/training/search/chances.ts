import type { Clock } from './clock.ts'
import type { Ledger } from './ledger.ts'
import type { Chances } from './plan.ts'

/** A trial may take this share of the budget, so that one cannot take it all, unless it has shown on fewer rows that it is worth it. */
export const mostOfBudget = 0.3
/** When so much of the time for trials is over, the best goes to all rows at once. */
const latestFull = 0.5
/** Of what a fit in steps would take to its end: so much is better than none, and so much is waited for no longer. */
const parts = { enough: 0.1, fair: 0.5 }
/** Before so much of the time is over, others may still show that they do better. */
const earliestPart = 0.25

/** Of the time that is left what is quick takes at most so much. */
const quickly = 0.2

/**
 * What may be tried on all rows, by the time that is left. Over folds a fit in steps is not ended early: each would have to be
 * ended alike.
 */
export function chances(clock: Clock, ledger: Ledger, { folds }: { folds: number }): Chances {
  const left = clock.forTrials(ledger.best.size)
  const after = clock.used() > latestFull ? 0 : clock.afterAnother(0, mostOfBudget)
  const enough = folds ? 1 : parts.enough
  const fair = clock.used() < earliestPart || folds ? enough : parts.fair
  return { now: ledger.fits(left, enough), later: ledger.fits(after, fair), quick: ledger.fits(left * quickly) }
}
