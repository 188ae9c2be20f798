import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  retrain: async () => (await import('./retrain-tools.ts')).retrainJob,
}
