import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../../shared/errors.ts'
import { selectRows } from '../../../../shared/inference/select-rows.ts'
import { canonicalJson } from '../../../../shared/lib/canonical-json.ts'
import type { RecalibrationMethod, Run } from '../../../../shared/model/run.ts'
import { comparePaired } from '../../evaluation/index.ts'
import type { JobFunction } from '../../jobs/index.ts'
import { openPredictor } from '../../runtime/index.ts'
import { finishTraining, pick } from '../finish-training.ts'
import { prepareTraining } from '../prepare.ts'
import type { Trained, TrainSpec } from '../train-model.ts'
import { recalibrated } from './recalibrated.ts'

export interface RecalibrateInput {
  /** What the run was trained by, and how it is to be recalibrated. Its bundle lies in the job's `in/bundle`. */
  spec: TrainSpec & { recalibration: RecalibrationMethod }
  run: Pick<Run, 'run' | 'testRowsDigest' | 'placement' | 'bytesPerStep' | 'device'>
}

export interface RecalibrateOutput {
  trained: Trained
  differences: Awaited<ReturnType<typeof comparePaired>>
}

/** A run's model, its rows split as they were, recalibrated and finished as a training is. */
export const recalibrateRun: JobFunction<RecalibrateInput, RecalibrateOutput> = async ({ spec, run }, context) => {
  const start = performance.now()
  const { signal } = context
  context.progress(null, 'reading')
  const prepared = await prepareTraining(spec, signal)
  const { raw, split, target, signature } = prepared
  const predictor = await openPredictor(join(context.folder, 'in', 'bundle'))
  try {
    const { bundle } = predictor
    if (canonicalJson(bundle.signature) !== canonicalJson(signature)) refuse(run.run)
    context.progress(0.2, 'asking the model')
    const answered = {
      model: new Uint8Array(await readFile(bundle.modelPath)),
      validation: await predictor.predictTable(selectRows(raw, split.validation), signal),
      test: await predictor.predictTable(selectRows(raw, split.test), signal),
      ...{ device: run.device ?? 'cpu', warnings: [], placement: run.placement, bytesPerStep: run.bytesPerStep },
    }
    context.progress(0.5, 'recalibrating')
    const better = recalibrated(prepared, answered, spec.recalibration)
    const trained = await finishTraining(prepared, spec, better, { metrics: null, each: [], warnings: [] }, context)
    if (trained.testRowsDigest !== run.testRowsDigest) refuse(run.run)
    context.progress(0.9, 'comparing')
    const differences = await comparePaired({
      ...{ task: target.task, classes: target.classes, seed: spec.seed, signal },
      truth: pick(target.values, split.test),
      ...{ baseline: answered.test, candidate: better.test },
    })
    return { trained: { ...trained, seconds: (performance.now() - start) / 1000 }, differences }
  } finally {
    await predictor.close()
  }
}

function refuse(run: string): never {
  throw new AppError('not-comparable', `The rows of the run ${run} are split otherwise by this version of Lathe`, {
    mend: 'Train it again, then recalibrate that run.',
  })
}
