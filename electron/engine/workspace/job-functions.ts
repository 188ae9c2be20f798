import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  'set-up-cuda': async () => (await import('./set-up-cuda-job.ts')).setUpCuda,
}
