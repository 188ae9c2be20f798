import { z } from 'zod'
import { Name } from '../model/ids.ts'
import { DriftReport, Endpoint } from '../model/monitoring.ts'
import { procedure, StartedJob } from './base.ts'

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
      summary: 'Scrape now, then compare with the training reference',
    })
    .input(
      z.object({
        endpoint: Name,
        /** The window, milliseconds since 1970 UTC; everything that was counted when left out. */
        from: z.coerce.number().int().optional(),
        to: z.coerce.number().int().optional(),
      }),
    )
    .output(DriftReport),
  replay: procedure
    .route({ method: 'POST', path: '/replay', summary: "Send a file's rows to an endpoint as traffic" })
    .input(
      z.object({
        file: z.string().min(1),
        url: z.string().min(1),
        /** Rows a second; as fast as the server takes them when left out. */
        rate: z.number().positive().optional(),
      }),
    )
    .output(StartedJob),
}
