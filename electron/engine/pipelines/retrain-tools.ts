import { readTable } from '../datasets/index.ts'
import { comparePaired, selectionMetric } from '../evaluation/index.ts'
import { openPredictor } from '../runtime/index.ts'
import { trainModel } from '../training/index.ts'
import { makeRetrainJob } from './retrain-job.ts'

/** The job of a retraining, made of the parts that training, evaluation and scoring are made of. */
export const retrainJob = makeRetrainJob({
  train: ({ recipe, dataset, parquetFile }, context) =>
    trainModel({ ...recipe, dataset, parquetFile, device: 'auto', warnings: [] }, context),
  readTable,
  openPredictor,
  comparePaired,
  selectionMetric,
})
