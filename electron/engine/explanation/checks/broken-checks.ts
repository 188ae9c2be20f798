import { AppError } from '../../../../shared/errors.ts'
import { filterWords } from '../../../../shared/lib/filter-words.ts'
import type { CheckResult } from '../../../../shared/model/check.ts'

const short = (value: number) => String(Number(value.toPrecision(3)))

/** In words, each check that is broken for sure. */
export function brokenChecks(results: readonly CheckResult[]): string[] {
  return results.flatMap(({ check, rows, loss, interval, verdict }) =>
    verdict === 'broken' && loss !== null && interval
      ? [
          `where ${filterWords(check.where)} its ${check.loss} is ${short(loss)} (${interval.map(short).join(' to ')}) on ${rows} test rows, and may be ${short(check.most)}`,
        ]
      : [],
  )
}

/** Throws `check-broken` with each broken check where there is one. */
export function refuseBroken(run: string, results: readonly CheckResult[]): void {
  const broken = brokenChecks(results)
  if (broken.length === 0) return
  throw new AppError('check-broken', `The run ${run} breaks a pinned check: ${broken.join('; ')}`, {
    mend: 'Promote another run, unpin the check if it is no longer meant, or add --force.',
  })
}
