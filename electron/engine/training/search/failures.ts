import { AppError, type ErrorJson } from '../../../../shared/errors.ts'
import type { Trial } from '../../../../shared/model/search.ts'

/** Throws the commonest reason where every trial that came to an end has failed. What was cut off for want of time tells nothing. */
export function refuseWhenAllFailed(trials: readonly Pick<Trial, 'status' | 'error'>[]): void {
  const failed = trials.filter(({ status }) => status === 'failed')
  if (!failed.length || trials.some(({ status }) => status === 'done')) return
  const byMessage = new Map<string, ErrorJson[]>()
  for (const { error } of failed) {
    byMessage.set(error!.message, [...(byMessage.get(error!.message) ?? []), error as ErrorJson])
  }
  const commonest = [...byMessage.values()].toSorted((a, b) => b.length - a.length)[0]!
  const { code, message, mend } = commonest[0]!
  throw new AppError(code, `Every trial failed, ${commonest.length} of ${failed.length} of them so: ${message}`, {
    mend,
    details: { trials: failed.length },
  })
}
