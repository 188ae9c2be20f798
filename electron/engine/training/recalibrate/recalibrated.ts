import { AppError } from '../../../../shared/errors.ts'
import type { RecalibrationMethod } from '../../../../shared/model/run.ts'
import { recalibrate } from '../../evaluation/index.ts'
import { type Answered, pick } from '../finish-training.ts'
import type { Prepared } from '../prepare.ts'

/** The same model with its probabilities put right behind it; as it is for no method. Throws `bad-input` for numbers. */
export function recalibrated(
  prepared: Prepared,
  answered: Answered,
  method: RecalibrationMethod | null | undefined,
): Answered {
  // Jobs that waited since before know none.
  if (!method) return answered
  const { spec, target, split, signature } = prepared
  const output = signature.outputs.probabilities
  if (target.task === 'regression' || output === null) {
    throw new AppError('bad-input', `"${spec.target}" holds numbers: there are no probabilities to recalibrate`, {
      mend: 'Recalibrate a model of classes.',
    })
  }
  const { warnings, ...changed } = recalibrate(method, {
    ...{ model: answered.model, output, validation: answered.validation, test: answered.test },
    truth: pick(target.values, split.validation),
    classCount: target.classes.length,
  })
  // What trees answer out of the bag is not recalibrated.
  return { ...answered, ...changed, findings: null, warnings: [...answered.warnings, ...warnings] }
}
