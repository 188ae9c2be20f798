import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import { binaryCrossEntropy } from './binary-cross-entropy.ts'
import { crossEntropy } from './cross-entropy.ts'
import { squaredError } from './squared-error.ts'

export type { Loss } from './loss.ts'
export { binaryCrossEntropy, crossEntropy, squaredError }

export const losses = defineRegistry(
  [binaryCrossEntropy, crossEntropy, squaredError],
  (id, known) => new Error(`No loss is called ${id}; there are ${known.join(', ')}`),
)
