import { z } from 'zod'
import { ErrorRecord } from './job.ts'

/** A row as it is sent: its columns by name. */
export const AskedRow = z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()]))
export type AskedRow = z.infer<typeof AskedRow>

/** Most rows that are asked for at once; a file of rows is scored or replayed instead. */
export const mostAskedRows = 100

/** What a deployed service said to some rows. */
export const ServiceAnswer = z.object({
  /** Base URL that was asked. */
  address: z.string(),
  /** Of HTTP. */
  status: z.number().int(),
  /** From the request's first byte to the answer's last, seen from the engine. */
  latencyMs: z.number().nonnegative(),
  /** What the server that answered says it serves; null with an error. */
  model: z.object({ name: z.string(), version: z.number().int().nullable(), digest: z.string() }).nullable(),
  /** One for each row; null with an error. */
  outputs: z
    .array(
      z.object({
        prediction: z.union([z.number(), z.string()]),
        probabilities: z.record(z.string(), z.number()).optional(),
        anomaly: z.boolean().optional(),
      }),
    )
    .nullable(),
  /** The service's own refusal, such as a value that its data contract does not allow. */
  error: ErrorRecord.nullable(),
})
export type ServiceAnswer = z.infer<typeof ServiceAnswer>
