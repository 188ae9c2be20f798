import { z } from 'zod'
import { Job } from './job.ts'

export const objectKinds = ['dataset', 'run', 'model', 'image', 'deployment', 'endpoint'] as const

/** A thing that jobs read and make: `name:version` of data and models, a run's id, an image's digest, the name of the others. */
export const ObjectReference = z.object({ kind: z.enum(objectKinds), id: z.string() })
export type ObjectReference = z.infer<typeof ObjectReference>

/** What a job takes and gives. */
export interface JobObjects {
  read?: ObjectReference[]
  made?: ObjectReference[]
}

/** A job, or a thing that jobs read and made. */
export const PipelineNode = z.object({
  kind: z.enum(['job', ...objectKinds]),
  id: z.string(),
  label: z.string(),
  /** A second line. */
  detail: z.string(),
  /** In its own word; null for what has none, `gone` for what is no longer there. */
  state: z.string().nullable(),
  /** Of a job. */
  job: Job.nullable(),
  /** Whose page shows it; null where none does. */
  opens: z.object({ kind: z.enum(['job', ...objectKinds]), id: z.string() }).nullable(),
})
export type PipelineNode = z.infer<typeof PipelineNode>

export const PipelineGraph = z.object({
  nodes: z.array(PipelineNode),
  /** What led to what, as places in `nodes`. */
  edges: z.array(z.object({ from: z.number().int(), to: z.number().int() })),
  /** False where more belongs to it than was asked for. */
  isWhole: z.boolean(),
  /** In the workspace. */
  jobs: z.number().int(),
})
export type PipelineGraph = z.infer<typeof PipelineGraph>
