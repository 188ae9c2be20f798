import { AppError } from '../../../shared/errors.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import { alignClasses } from './align-classes.ts'

/**
 * What is measured of a model's own answers, over these classes (see `measuredColumns`). Throws `unsupported` for clusters: their metrics want
 * the distances between rows.
 */
export function measuredOf(
  { task, classes, anomalyBelow }: Pick<Signature, 'task' | 'classes' | 'anomalyBelow'>,
  answers: Float32Array,
  wanted: readonly string[],
): Float32Array {
  if (task === 'clusters') {
    throw new AppError('unsupported', 'Clusters are measured where they are learned, not on other rows', {
      mend: 'Train on the other dataset, and compare the silhouettes.',
    })
  }
  if (anomalyBelow === undefined) return alignClasses(answers, classes, wanted)
  return Float32Array.from({ length: 2 * answers.length }, (_, i) => (i % 2 ? -answers[i >> 1]! : -anomalyBelow))
}
