import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  deploy: async () => (await import('./deploy-job.ts')).deployJob,
  undeploy: async () => (await import('./undeploy-job.ts')).undeployJob,
}
