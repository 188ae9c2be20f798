import { z } from 'zod'
import { Check } from '../model/check.ts'
import { RowFilter } from '../model/dataset.ts'
import { Id, Name } from '../model/ids.ts'
import { procedure } from './base.ts'

export const checks = {
  pin: procedure
    .route({
      method: 'POST',
      path: '/checks',
      summary: "Hold every run on a run's dataset and target to a slice: examining one reports it",
    })
    .input(
      z.object({
        run: Id,
        where: z.array(RowFilter).min(1).max(8),
        /** Mean loss of the slice's test rows that is still good: log-loss, or the squared error. */
        most: z.number().nonnegative(),
      }),
    )
    .output(Check),
  list: procedure
    .route({ method: 'GET', path: '/checks', summary: 'Pinned slices, newest first' })
    .input(z.object({ dataset: Name.optional() }))
    .output(z.object({ checks: z.array(Check) })),
  unpin: procedure
    .route({ method: 'POST', path: '/checks/{check}/unpin', summary: 'Hold no run to a slice any more' })
    .input(z.object({ check: Id }))
    .output(Check),
}
