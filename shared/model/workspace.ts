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
  /** Whether it multiplies matrices in float16, as mixed precision does; the CPU would only convert there and back. */
  float16: z.boolean(),
})
export type Device = z.infer<typeof Device>

export const LibraryFile = z.object({
  name: z.string(),
  sizeBytes: z.number().int(),
  sha256: z.string(),
  /** The name of the file that it came in. */
  from: z.string(),
})
export type LibraryFile = z.infer<typeof LibraryFile>

/** What there is of onnxruntime's CUDA part and of what it needs. */
export const CudaLibraries = z.object({
  /** Of onnxruntime: its CUDA part must be of the same. */
  version: z.string(),
  /** Set up by `lathe setup cuda`. */
  files: z.array(LibraryFile),
  /** Names of libraries that are found neither there nor on this machine. */
  missing: z.array(z.string()),
  mend: z.string().nullable(),
})
export type CudaLibraries = z.infer<typeof CudaLibraries>

/** Outcome of setting CUDA up: what is there now, and what the device said when it was tried. */
export const CudaSetup = z.object({ libraries: CudaLibraries, device: Device })
export type CudaSetup = z.infer<typeof CudaSetup>

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
  /** True while nothing may leave this machine. */
  airGap: z.boolean(),
})
export type WorkspaceInfo = z.infer<typeof WorkspaceInfo>

/** Counts of connections from one process to one place, since they were told last. */
export interface ConnectionCounts {
  at: number
  host: string
  /** 0 for a socket of the file system. */
  port: number
  why: string
  isLocal: boolean
  made: number
  /** Of those made: ended by an error. */
  failed: number
  /** By the air gap. */
  refused: number
  sentBytes: number
  receivedBytes: number
}

/** A line of the ledger: all connections to one place for one reason in one hour. */
export const ConnectionLine = z.object({
  firstAt: TimeMs,
  lastAt: TimeMs,
  host: z.string(),
  port: z.number().int(),
  why: z.string(),
  /** This machine's loopback or a socket of its file system. */
  isLocal: z.boolean(),
  made: z.number().int(),
  failed: z.number().int(),
  refused: z.number().int(),
  sentBytes: z.number().int(),
  receivedBytes: z.number().int(),
})
export type ConnectionLine = z.infer<typeof ConnectionLine>

export const Backup = z.object({ file: z.string(), sizeBytes: z.number().int(), createdAt: TimeMs, reason: z.string() })
export type Backup = z.infer<typeof Backup>
