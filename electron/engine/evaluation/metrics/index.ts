import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import { metricTable } from '../../../../shared/model/metrics.ts'
import type { Task } from '../../../../shared/model/run.ts'
import { accuracy } from './accuracy.ts'
import { auc } from './auc.ts'
import { balancedAccuracy } from './balanced-accuracy.ts'
import { brier } from './brier.ts'
import { f1 } from './f1.ts'
import { inertia } from './inertia.ts'
import { intervalCoverage } from './interval-coverage.ts'
import { intervalPinball } from './interval-pinball.ts'
import { logLoss } from './log-loss.ts'
import { mae } from './mae.ts'
import { mape } from './mape.ts'
import { mase } from './mase.ts'
import { medianAbsoluteError } from './median-absolute-error.ts'
import type { Metric } from './metric.ts'
import { pinball } from './pinball.ts'
import { poissonDeviance } from './poisson-deviance.ts'
import { precision } from './precision.ts'
import { r2 } from './r2.ts'
import { recall } from './recall.ts'
import { rmse } from './rmse.ts'
import { silhouette } from './silhouette.ts'

export const metricRegistry = defineRegistry<Metric>(
  [
    auc,
    logLoss,
    accuracy,
    balancedAccuracy,
    f1,
    precision,
    recall,
    brier,
    rmse,
    mae,
    medianAbsoluteError,
    mape,
    r2,
    poissonDeviance,
    pinball,
    mase,
    intervalPinball,
    intervalCoverage,
    silhouette,
    inertia,
  ],
  (id, known) => new AppError('not-found', `There is no metric "${id}"`, { mend: `Known ones: ${known.join(', ')}.` }),
)

export function metricsOf(task: Task): Metric[] {
  return metricRegistry.entries.filter(({ id }) => metricTable[id].tasks.some(taken => taken === task))
}
