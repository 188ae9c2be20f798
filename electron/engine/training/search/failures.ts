import { AppError, type ErrorJson } from '../../../../shared/errors.ts'
import type { Trial } from '../../../../shared/model/search.ts'

/** Different causes that are named, the commonest first; the others are only counted. */
const mostNamed = 3

/**
 * Why a search failed of whose trials none ended well and some failed: the causes, counted, with the code and mend of the commonest; else null. What
 * was cut off for want of time tells nothing. Messages that differ in their numbers alone are one cause.
 */
export function failureOf(trials: readonly Pick<Trial, 'status' | 'error'>[]): AppError | null {
  const failed = trials.filter(({ status }) => status === 'failed')
  if (!failed.length || trials.some(({ status }) => status === 'done')) return null
  const causes = [...Map.groupBy(failed, ({ error }) => error!.message.replaceAll(/\d+/g, '0')).values()]
    .toSorted((a, b) => b.length - a.length)
    .map(alike => ({ count: alike.length, error: alike[0]!.error as ErrorJson }))
  const named = causes.slice(0, mostNamed).map(({ count, error }) => `${count} of ${failed.length}: ${error.message}`)
  const others = causes.slice(mostNamed).reduce((sum, { count }) => sum + count, 0)
  if (others) named.push(`${others} of ${failed.length} for other causes`)
  const { code, mend } = causes[0]!.error
  return new AppError(code, `Every trial failed, and only the baseline is left. ${named.join('; ')}`, {
    mend,
    details: { trials: failed.length },
  })
}

/** Why nothing but the baseline is left where the best of each algorithm, best first, could not be written; null where none failed. */
export function unwrittenOf(best: readonly Pick<Trial, 'status' | 'error'>[]): AppError | null {
  const error = best.find(({ status }) => status === 'failed')?.error as ErrorJson | undefined
  if (!error) return null
  return new AppError(error.code, `No model could be written, and only the baseline is left. ${error.message}`, {
    mend: error.mend,
  })
}
