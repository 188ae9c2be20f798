import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  script: async () => (await import('./run-script.ts')).runScript,
}
