import { AppError } from '../../../../../shared/errors.ts'
import { defineRegistry } from '../../../../../shared/lib/define-registry.ts'
import { hash } from './hash.ts'
import { oneHot } from './one-hot.ts'
import { ordinal } from './ordinal.ts'
import { target } from './target.ts'
import type { TextEncoding } from './text-encoding.ts'

export type { Texts } from './text-encoding.ts'

export const textEncodings = defineRegistry<TextEncoding>(
  [oneHot, target, ordinal, hash],
  (id, known) =>
    new AppError('bad-input', `There is no encoding "${id}" of texts`, { mend: `There are ${known.join(', ')}.` }),
)
