import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  import: async () => (await import('./import-job.ts')).importFile,
}
