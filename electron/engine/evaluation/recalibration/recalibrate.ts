import { AppError } from '../../../../shared/errors.ts'
import type { RecalibrationMethod } from '../../../../shared/model/run.ts'
import { extendOutput } from '../../runtime/index.ts'
import type { ClassifiedRows } from '../diagnostics.ts'
import { recalibrators } from './index.ts'

/** Of the validation rows, for the answers that it is measured by there. */
const folds = 5
/** Steps follow the luck of fewer rows. */
const fewRows = 1000

interface Uncalibrated {
  /** The model's file, and its output with the probabilities. */
  model: Uint8Array
  output: string
  /** Of the validation rows: class indices, and the model's answers [rows, classes]. */
  truth: Float64Array
  validation: Float32Array
  test: Float32Array
  classCount: number
}

export interface Recalibrated {
  model: Uint8Array
  validation: Float32Array
  /** Of each fifth of the validation rows the answers that were fitted on the others. */
  crossFitted: Float32Array
  test: Float32Array
  warnings: string[]
}

/** Fits on the validation rows and writes it behind the model, in the same graph. Throws `bad-data` for a class that no validation row has. */
export function recalibrate(method: RecalibrationMethod, uncalibrated: Uncalibrated): Recalibrated {
  const { model, output, truth, validation, test, classCount } = uncalibrated
  const counts = new Array<number>(classCount).fill(0)
  for (const value of truth) counts[value]! += 1
  if (classCount < 2 || counts.some(count => count === 0)) {
    throw new AppError('bad-data', 'There is a class that no validation row has, so nothing tells its probabilities', {
      mend: 'Train on more rows, or by a split whose validation rows have every class.',
    })
  }
  const recalibrator = recalibrators.get(method)
  const rows: ClassifiedRows = { truth, predictions: validation, classCount }
  const fitted = recalibrator.fit(rows)
  const warnings: string[] = []
  if (method === 'isotonic' && truth.length < fewRows) {
    warnings.push(
      `The steps of an isotonic recalibration were fitted to ${truth.length} validation rows: with fewer than ${fewRows}, a sigmoid is usually better`,
    )
  }
  return {
    model: extendOutput(model, output, (graph, before) => fitted.toGraph(graph, before)),
    validation: fitted.answer(validation),
    crossFitted: crossFit(rows, pickedRows => recalibrator.fit(pickedRows).answer),
    test: fitted.answer(test),
    warnings,
  }
}

/** Rows of a class are dealt to the folds in turn. */
function crossFit(
  { truth, predictions, classCount }: ClassifiedRows,
  learn: (rows: ClassifiedRows) => (probabilities: Float32Array) => Float32Array,
): Float32Array {
  const dealt = new Array<number>(classCount).fill(0)
  const foldOf = Uint8Array.from(truth, value => dealt[value]!++ % folds)
  const answers = new Float32Array(predictions.length)
  const pick = (rows: Int32Array) => {
    const picked = new Float32Array(rows.length * classCount)
    for (const [i, row] of rows.entries())
      picked.set(predictions.subarray(row * classCount, (row + 1) * classCount), i * classCount)
    return picked
  }
  const all = Int32Array.from(foldOf.keys())
  for (let fold = 0; fold < folds; fold += 1) {
    const own = all.filter(row => foldOf[row] === fold)
    if (own.length === 0) continue
    const others = all.filter(row => foldOf[row] !== fold)
    const answer = learn({
      truth: Float64Array.from(others, row => truth[row]!),
      predictions: pick(others),
      classCount,
    })
    const answered = answer(pick(own))
    for (const [i, row] of own.entries())
      answers.set(answered.subarray(i * classCount, (i + 1) * classCount), row * classCount)
  }
  return answers
}
