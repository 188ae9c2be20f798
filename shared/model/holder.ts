import { z } from 'zod'

/** What the holder of a local deployment's port is asked for: a model server in place of the one that serves. */
export const HolderRequest = z.object({
  /** Absolute path of the model server's program, and what it is started with. */
  entry: z.string(),
  arguments: z.array(z.string()),
})
export type HolderRequest = z.infer<typeof HolderRequest>

/** Whether the new server serves now, and the bundle that it says it serves; else it ended, and what it wrote last. */
export const HolderAnswer = z.union([
  z.object({ ok: z.literal(true), digest: z.string() }),
  z.object({ ok: z.literal(false), lastWords: z.string() }),
])
export type HolderAnswer = z.infer<typeof HolderAnswer>

/** In the deployment's folder beside the log: what became of the server since it was deployed. No file: nothing. */
export const holderStateFile = 'holder-state.json'
export const HolderState = z.object({
  /** How often it was started again and came to serve. */
  restarts: z.number().int(),
  /** How it ended the last time, in words. */
  ended: z.string(),
  /** When it is started again, in milliseconds since 1970 UTC; null while it serves. */
  nextAt: z.number().nullable(),
})
export type HolderState = z.infer<typeof HolderState>
