import { z } from 'zod'
import { Sha256 } from './ids.ts'

/** A program of the user's as it was run: what code, by what, and what it took. No value of its environment is kept. */
export const ScriptRecord = z.object({
  /** Absolute. */
  file: z.string(),
  /** What ran it; null where the file is itself a program. */
  program: z.string().nullable(),
  isPython: z.boolean(),
  args: z.array(z.string()),
  /** The folder that it stood in. */
  folder: z.string(),
  /** Names of the variables that it was given. */
  environment: z.array(z.string()),
  /** It was to be ended after so long. */
  minutes: z.number().nullable(),
  /** As the interpreter says; null for one that was not asked. */
  version: z.string().nullable(),
  /** Of the file, as it was when it began; null until then. */
  sha256: Sha256.nullable(),
  /** Of the repository that the file lies in, with whether anything in it differs from that commit. */
  commit: z.object({ id: z.string(), isDirty: z.boolean() }).nullable(),
  exitCode: z.number().int().nullable(),
  /** Of the program with all that it started; null where the system does not tell. */
  usage: z
    .object({ seconds: z.number(), cpuSeconds: z.number().nullable(), peakBytes: z.number().nullable() })
    .nullable(),
  printed: z.object({ lines: z.number().int(), bytes: z.number().int() }).nullable(),
  /** What it says of itself, measured by its own means on rows that it chose; Lathe's own are the run's metrics. */
  reported: z.record(z.string(), z.number()),
  /** Parameters and tags that it logged by MLflow's client; records of before have none. */
  logged: z.record(z.string(), z.string()).optional(),
  warnings: z.array(z.string()),
})
export type ScriptRecord = z.infer<typeof ScriptRecord>
