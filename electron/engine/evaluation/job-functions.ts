import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  compare: async () => (await import('./compare-job.ts')).compareRuns,
  costs: async () => (await import('./costs/costs-job.ts')).costErrors,
}
