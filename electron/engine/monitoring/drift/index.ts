import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import { chiSquare } from './chi-square.ts'
import { hellinger } from './hellinger.ts'
import { jensenShannon } from './jensen-shannon.ts'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.ts'
import { psi } from './psi.ts'
import type { DriftStatistic } from './statistic.ts'
import { totalVariation } from './total-variation.ts'
import { wasserstein } from './wasserstein.ts'

export const driftStatistics = defineRegistry<DriftStatistic>(
  [psi, kolmogorovSmirnov, jensenShannon, totalVariation, hellinger, wasserstein, chiSquare],
  (id, known) =>
    new AppError('not-found', `There is no drift statistic "${id}"`, { mend: `Known ones: ${known.join(', ')}.` }),
)

/** The statistics that say "drifted", by the kind of a column; the others are shown beside them. */
export const deciding = { number: ['psi', 'ks'], category: ['jensen-shannon', 'psi'] } as const
