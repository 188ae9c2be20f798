import { AppError } from '../../../../../shared/errors.ts'
import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import type { NumberEncoding } from './number-encoding.ts'
import { quantile } from './quantile.ts'
import { standard } from './standard.ts'

export const numberEncodings = defineRegistry<NumberEncoding>(
  [standard, quantile],
  (id, known) =>
    new AppError('bad-input', `There is no encoding "${id}" of numbers`, { mend: `There are ${known.join(', ')}.` }),
)
