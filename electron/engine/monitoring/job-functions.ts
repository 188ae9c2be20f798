import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  replay: async () => (await import('./replay-job.ts')).replayJob,
}
