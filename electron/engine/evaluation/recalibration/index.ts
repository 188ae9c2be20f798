import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import { isotonic } from './isotonic.ts'
import { sigmoid } from './sigmoid.ts'
import { temperature } from './temperature.ts'

export const recalibrators = defineRegistry(
  [isotonic, sigmoid, temperature],
  (id, known) =>
    new AppError('bad-input', `There is no way of recalibrating called "${id}"`, { mend: `Use ${known.join(', ')}.` }),
)
