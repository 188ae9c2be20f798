import { z } from 'zod'
import { TimeMs } from './ids.ts'
import { DeviceId } from './run.ts'

export const Device = z.object({
  device: DeviceId,
  available: z.boolean(),
  name: z.string(),
  /** Why not, in the device's own words, or what was measured. */
  detail: z.string(),
  memoryBytes: z.number().nullable(),
  /** Of a small float32 matrix product, billions of operations a second; null where it did not run. */
  gigaflops: z.number().nullable(),
})
export type Device = z.infer<typeof Device>

/** One thing that doctor looked at. `mend` says what to do about it when it is not ok. */
export const Check = z.object({
  id: z.string(),
  ok: z.boolean(),
  /** A thing that is missing but not needed for the job on this machine. */
  optional: z.boolean(),
  message: z.string(),
  mend: z.string().nullable(),
})
export type Check = z.infer<typeof Check>

export const Doctor = z.object({
  ok: z.boolean(),
  version: z.string(),
  workspace: z.string(),
  node: z.string(),
  sqlite: z.string(),
  freeBytes: z.number(),
  devices: z.array(Device),
  clusters: z.array(z.string()),
  checks: z.array(Check),
})
export type Doctor = z.infer<typeof Doctor>

export const WorkspaceInfo = z.object({
  version: z.string(),
  workspace: z.string(),
  workspaceId: z.string(),
  /** New at each start of the engine. */
  boot: z.string(),
  pid: z.number().int(),
  startedAt: TimeMs,
  /** What happened at the last start that a person should know: an unclean end, what was swept or interrupted. */
  notices: z.array(z.string()),
  secretsUnlocked: z.boolean(),
})
export type WorkspaceInfo = z.infer<typeof WorkspaceInfo>

export const Backup = z.object({ file: z.string(), sizeBytes: z.number().int(), createdAt: TimeMs, reason: z.string() })
export type Backup = z.infer<typeof Backup>
