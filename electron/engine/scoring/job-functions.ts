import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  evaluate: async () => (await import('./evaluate-job.ts')).evaluateModel,
  predict: async () => (await import('./predict-job.ts')).predictFile,
}
