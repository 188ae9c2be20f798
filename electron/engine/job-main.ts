import { jobFunctions as datasets } from './datasets/job-functions.ts'
import { jobFunctions as deployment } from './deployment/job-functions.ts'
import { jobFunctions as evaluation } from './evaluation/job-functions.ts'
import { jobFunctions as explanation } from './explanation/job-functions.ts'
import { type JobFunctions, runJobProcess } from './jobs/index.ts'
import { jobFunctions as models } from './models/job-functions.ts'
import { jobFunctions as monitoring } from './monitoring/job-functions.ts'
import { jobFunctions as packaging } from './packaging/job-functions.ts'
import { jobFunctions as pipelines } from './pipelines/job-functions.ts'
import { jobFunctions as scoring } from './scoring/job-functions.ts'
import { jobFunctions as scripts } from './scripts/job-functions.ts'
import { jobFunctions as training } from './training/job-functions.ts'
import { jobFunctions as workspace } from './workspace/job-functions.ts'

/** The other composition root: job kind → function. Entry of every job process; its argument is the job's folder. */
const functions: JobFunctions = {
  ...datasets,
  ...evaluation,
  ...training,
  ...explanation,
  ...models,
  ...scripts,
  ...scoring,
  ...packaging,
  ...deployment,
  ...monitoring,
  ...pipelines,
  ...workspace,
}

const folder = process.argv[2]
if (!folder) throw new Error('job-main needs the folder of its job')
await runJobProcess(folder, functions)
