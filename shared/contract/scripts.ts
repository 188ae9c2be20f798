import { z } from 'zod'
import { DatasetReference, Name } from '../model/ids.ts'
import { Job } from '../model/job.ts'
import { Run, TrainRequest } from '../model/run.ts'
import { ScriptRecord } from '../model/script.ts'
import { procedure } from './base.ts'

const Split = TrainRequest.pick({
  ...{ splitColumn: true, splitBy: true, seed: true, positive: true, task: true, exclude: true, distinctRows: true },
})

export const ScriptRequest = Split.extend({
  /** Absolute path, on the engine's machine. */
  file: z.string().min(1),
  /** An interpreter of Python; for a `.py` file python3 when nothing is named. */
  python: z.string().min(1).optional(),
  /** Any other program that takes the file. */
  command: z.string().min(1).optional(),
  args: z.array(z.string()).max(1000).default([]),
  /** Where it stands, absolute; beside the file when left out. */
  folder: z.string().min(1).optional(),
  /** Handed to the program and never written down. */
  environment: z.record(z.string().regex(/^[^=\0]+$/), z.string().regex(/^[^\0]*$/)).default({}),
  /** It is ended after so long, with all that it started. */
  minutes: z.number().positive().max(20_000).optional(),
  /** Its training and validation rows are handed over; the test rows are kept back, to measure what it makes. */
  dataset: DatasetReference.optional(),
  /** The dataset's own when left out. */
  target: z.string().min(1).optional(),
  name: Name.optional(),
})
export type ScriptRequest = z.infer<typeof ScriptRequest>

/** `run` is null where no dataset with a target was named: then nothing that it makes can be measured. */
export const ScriptResult = z.object({ run: Run.nullable(), script: ScriptRecord })
export type ScriptResult = z.infer<typeof ScriptResult>

export const scripts = {
  run: procedure
    .route({ method: 'POST', path: '/scripts/run', summary: 'Run a training script of your own as a job' })
    .input(ScriptRequest)
    .output(z.object({ job: Job, run: Run.nullable() })),
}
