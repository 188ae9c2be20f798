import { oc } from '@orpc/contract'
import { z } from 'zod'
import { Job } from '../model/job.ts'

/** Where every procedure of the contract starts. Errors cross as `ErrorJson`; see `errors.ts` beside this file. */
export const procedure = oc

/** The answer of every call that starts a job: the job as it was queued. Its result comes from `jobs.result`. */
export const StartedJob = z.object({ job: Job })
