import { type JobFunctions, runJobProcess } from './jobs/index.ts'

/** The other composition root: job kind → function. Entry of every job process; its argument is the job's folder. */
const functions: JobFunctions = {}

const folder = process.argv[2]
if (!folder) throw new Error('job-main needs the folder of its job')
await runJobProcess(folder, functions)
