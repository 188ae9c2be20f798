import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  package: async () => (await import('./package-job.ts')).packageJob,
  push: async () => (await import('./push-job.ts')).pushJob,
}
