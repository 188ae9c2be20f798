import { z } from 'zod'
import { Id } from '../model/ids.ts'
import { PipelineGraph } from '../model/pipeline.ts'
import { procedure } from './base.ts'

export const pipelines = {
  graph: procedure
    .route({ method: 'GET', path: '/pipelines/graph', summary: 'What led to what: jobs and what they read and made' })
    .input(
      z.object({
        /** What this job came from and led to, nearest first; the newest jobs when left out. */
        job: Id.optional(),
        /** Most nodes. */
        limit: z.coerce.number().int().min(2).max(500).default(60),
      }),
    )
    .output(PipelineGraph),
}
