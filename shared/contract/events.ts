import { eventIterator } from '@orpc/contract'
import { z } from 'zod'
import { Id } from '../model/ids.ts'
import { Job, LogLine } from '../model/job.ts'
import { procedure } from './base.ts'

export const changedEntities = [
  'dataset',
  'run',
  'search',
  'model',
  'image',
  'deployment',
  'endpoint',
  'workspace',
] as const

/**
 * What the one event stream carries. Every event has an id (`boot:sequence`); a client that comes back with the last id
 * it saw gets everything since, or a `reset` where the engine no longer has it: then fetch anew.
 */
export const StreamEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), boot: z.string() }),
  z.object({ type: z.literal('reset'), boot: z.string() }),
  z.object({ type: z.literal('job'), job: Job }),
  z.object({ type: z.literal('log'), job: Id, lines: z.array(LogLine) }),
  z.object({
    type: z.literal('metric'),
    run: Id,
    points: z.array(z.object({ key: z.string(), step: z.number(), value: z.number() })),
  }),
  z.object({ type: z.literal('changed'), entity: z.enum(changedEntities), id: z.string() }),
])
export type StreamEvent = z.infer<typeof StreamEvent>

export const events = {
  stream: procedure
    .route({
      method: 'GET',
      path: '/events',
      summary: 'The event stream (server-sent events, resumable by last event id)',
    })
    .output(eventIterator(StreamEvent)),
}
