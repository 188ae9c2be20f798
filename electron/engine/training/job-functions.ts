import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  train: async () => (await import('./train-model.ts')).trainModel,
}
