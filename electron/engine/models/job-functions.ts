import type { JobFunctions } from '../jobs/index.ts'

export const jobFunctions: JobFunctions = {
  tensors: async () => (await import('./list-tensors.ts')).listTensors,
  'name-classes': async () => (await import('./name-classes.ts')).nameClassesJob,
  'import-model': async () => (await import('./import-job.ts')).importModel,
}
