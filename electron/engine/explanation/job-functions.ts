import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  explain: async () => (await import('./explain-job.ts')).explainRun,
  'explain-row': async () => (await import('./explain-row-job.ts')).explainRow,
}
