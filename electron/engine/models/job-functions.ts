import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  'import-model': async () => (await import('./import-job.ts')).importModel,
}
