import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import { adam } from './adam.ts'
import { adamw } from './adamw.ts'
import { momentum } from './momentum.ts'
import { sgd } from './sgd.ts'

export type { Optimizer, OptimizerSettings, UpdateContext } from './optimizer.ts'

export { type RateSchedule, schedules } from './schedules.ts'

export const optimizers = defineRegistry(
  [adam, adamw, momentum, sgd],
  (id, known) =>
    new AppError('bad-input', `No optimizer is called "${id}"`, { mend: `Use one of ${known.join(', ')}.` }),
)
