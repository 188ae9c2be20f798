import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  explain: async () => (await import('./explain-job.ts')).explainRun,
  examine: async () => (await import('./examine-job.ts')).examineRun,
  'hold-checks': async () => (await import('./checks/hold-checks-job.ts')).holdRunToChecks,
  'explain-row': async () => (await import('./explain-row-job.ts')).explainRow,
}
