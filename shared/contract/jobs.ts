import { z } from 'zod'
import { CheckResults } from '../model/check.ts'
import { CostReport } from '../model/costs.ts'
import { DatasetVersion } from '../model/dataset.ts'
import { Deployment, Image, Push } from '../model/deployment.ts'
import { Examination } from '../model/examination.ts'
import { Explanation, RowExplanation } from '../model/explanation.ts'
import { Id } from '../model/ids.ts'
import { Job, JobStatus, LogLine } from '../model/job.ts'
import { LearningCurve } from '../model/learning-curve.ts'
import { Evaluation, ModelTensors, ModelVersion, Prediction, RetrainDecision } from '../model/model.ts'
import { Replay } from '../model/monitoring.ts'
import { Comparison, Recalibration, Run } from '../model/run.ts'
import { Search } from '../model/search.ts'
import { CudaSetup } from '../model/workspace.ts'
import { procedure } from './base.ts'
import { ScriptResult } from './scripts.ts'

/** What `jobs.result` holds, by the job's kind. */
export const jobResults = {
  import: DatasetVersion,
  train: Run,
  search: Search,
  script: ScriptResult,
  compare: Comparison,
  costs: CostReport,
  recalibrate: Recalibration,
  'learning-curve': LearningCurve,
  explain: Explanation,
  examine: Examination,
  'hold-checks': CheckResults,
  'explain-row': RowExplanation,
  'import-model': ModelVersion,
  'name-classes': ModelVersion,
  tensors: ModelTensors,
  evaluate: Evaluation,
  predict: Prediction,
  retrain: RetrainDecision,
  package: Image,
  push: Push,
  deploy: Deployment,
  undeploy: Deployment,
  replay: Replay,
  'set-up-cuda': CudaSetup,
} as const
export type JobKindId = keyof typeof jobResults
export const jobKinds = Object.keys(jobResults) as [JobKindId, ...JobKindId[]]
export type JobResult<Kind extends JobKindId> = z.infer<(typeof jobResults)[Kind]>

export const jobs = {
  list: procedure
    .route({ method: 'GET', path: '/jobs', summary: 'Jobs, newest first, filtered, page by page' })
    .input(
      z.object({
        kind: z.enum(jobKinds).optional(),
        state: JobStatus.optional(),
        /** Of exactly this subject: its kind, a colon, its id, such as `dataset:cells` or `model:cells-model:3`. */
        subject: z
          .string()
          .regex(/^[^:]+:./su, 'A subject is its kind, a colon and its id, such as dataset:cells')
          .optional(),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        /** What `next` said: the page goes on there, whatever was queued meanwhile. */
        cursor: z
          .string()
          .regex(/^\d{1,16}\.\d{1,16}$/, 'A cursor is what "next" said of the page before')
          .optional(),
      }),
    )
    .output(
      z.object({
        jobs: z.array(Job),
        /** The cursor of the page after this one; null on the last. */
        next: z.string().nullable(),
        /** All that match, on every page. */
        total: z.number().int(),
      }),
    ),
  get: procedure
    .route({ method: 'GET', path: '/jobs/{job}', summary: 'One job' })
    .input(z.object({ job: Id }))
    .output(Job),
  /** Waits for the end of the job; throws the job's own error when it did not end as done. */
  result: procedure
    .route({ method: 'GET', path: '/jobs/{job}/result', summary: "Wait for a job's end and give its result" })
    .input(z.object({ job: Id }))
    .output(z.object({ job: Job, result: z.unknown() })),
  log: procedure
    .route({ method: 'GET', path: '/jobs/{job}/log', summary: "A job's log" })
    .input(z.object({ job: Id, after: z.coerce.number().int().min(-1).default(-1) }))
    .output(z.object({ lines: z.array(LogLine) })),
  finish: procedure
    .route({
      method: 'POST',
      path: '/jobs/{job}/finish',
      summary: 'Stop a training or a search and keep what is best so far',
    })
    .input(z.object({ job: Id }))
    .output(Job),
  pause: procedure
    .route({
      method: 'POST',
      path: '/jobs/{job}/pause',
      summary: 'Stop a training or a search with a checkpoint, and free what it takes',
    })
    .input(z.object({ job: Id }))
    .output(Job),
  resume: procedure
    .route({
      method: 'POST',
      path: '/jobs/{job}/resume',
      summary: 'Queue a paused or interrupted training or search again; it goes on from its last checkpoint',
    })
    .input(z.object({ job: Id }))
    .output(Job),
  cancel: procedure
    .route({ method: 'POST', path: '/jobs/{job}/cancel', summary: 'Cancel a queued, running or paused job' })
    .input(z.object({ job: Id }))
    .output(Job),
}
