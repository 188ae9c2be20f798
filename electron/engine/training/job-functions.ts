import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  'learning-curve': async () => (await import('./learning-curve/job.ts')).learnCurve,
  recalibrate: async () => (await import('./recalibrate/job.ts')).recalibrateRun,
  search: async () => (await import('./search/run-search.ts')).runSearch,
  train: async () => (await import('./train-model.ts')).trainModel,
}
