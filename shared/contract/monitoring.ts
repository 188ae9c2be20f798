import { z } from 'zod'
import { RowsReadOptions } from '../model/dataset.ts'
import { Name, TimeMs } from '../model/ids.ts'
import { DriftReport, Endpoint, EndpointEvent, History, Lately } from '../model/monitoring.ts'
import { procedure, StartedJob } from './base.ts'

/** Milliseconds since 1970 UTC; everything that was counted when left out. */
const span = { from: z.coerce.number().int().optional(), to: z.coerce.number().int().optional() }

export const monitoring = {
  watch: procedure
    .route({
      method: 'POST',
      path: '/endpoints',
      summary: 'Watch a model server; a deployment may be named instead of a URL',
    })
    .input(z.object({ url: z.string().min(1), name: Name.optional() }))
    .output(Endpoint),
  list: procedure
    .route({ method: 'GET', path: '/endpoints', summary: 'What is watched' })
    .output(z.object({ endpoints: z.array(Endpoint) })),
  unwatch: procedure
    .route({ method: 'DELETE', path: '/endpoints/{endpoint}', summary: 'Stop watching; what was counted goes with it' })
    .input(z.object({ endpoint: Name }))
    .output(z.object({ endpoint: Name })),
  drift: procedure
    .route({
      method: 'GET',
      path: '/endpoints/{endpoint}/drift',
      summary: 'Compare what was counted with the training reference, or with another window',
    })
    .input(
      z.object({
        endpoint: Name,
        ...span,
        /** Another window to compare with instead of the training rows. */
        againstFrom: z.coerce.number().int().optional(),
        againstTo: z.coerce.number().int().optional(),
        /** Told in any case, however many columns there are. */
        column: z.string().optional(),
      }),
    )
    .output(DriftReport),
  history: procedure
    .route({
      method: 'GET',
      path: '/endpoints/{endpoint}/history',
      summary: 'Traffic, latency and the drift of every column over time',
    })
    .input(z.object({ endpoint: Name, ...span, buckets: z.coerce.number().int().min(2).max(120).default(60) }))
    .output(History),
  lately: procedure
    .route({
      method: 'GET',
      path: '/endpoints-lately',
      summary: 'The last hour of every endpoint, and its worst column',
    })
    .output(z.object({ endpoints: z.array(Lately) })),
  events: procedure
    .route({ method: 'GET', path: '/endpoints/{endpoint}/events', summary: 'What happened to it, newest first' })
    .input(z.object({ endpoint: Name }))
    .output(z.object({ events: z.array(EndpointEvent) })),
  mark: procedure
    .route({ method: 'POST', path: '/endpoints/{endpoint}/events', summary: 'Mark something that happened' })
    .input(
      z.object({
        endpoint: Name,
        text: z.string().trim().min(1, 'Say what happened').max(200, 'At most 200 characters'),
        /** Now when left out. */
        at: TimeMs.min(0).optional(),
      }),
    )
    .output(EndpointEvent),
  unmark: procedure
    .route({ method: 'DELETE', path: '/endpoints/{endpoint}/events/{event}', summary: 'Take an event away' })
    .input(z.object({ endpoint: Name, event: z.coerce.number().int() }))
    .output(EndpointEvent),
  replay: procedure
    .route({ method: 'POST', path: '/replay', summary: "Send a file's rows to an endpoint as traffic" })
    .input(
      z.object({
        /** Absolute path on the engine's machine, or `upload:ID` as `POST /api/uploads?name=NAME` answers it. */
        file: z.string().min(1),
        /** A watched endpoint or a deployment by its name, or the address of a model server. */
        url: z.string().min(1),
        /** Rows a second; as fast as the server takes them when left out. */
        rate: z.number().positive().optional(),
        options: RowsReadOptions.default({}),
      }),
    )
    .output(StartedJob),
}
