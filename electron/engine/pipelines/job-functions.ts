import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  retrain: async () => (await import('./retrain-job.ts')).retrainModel,
}
