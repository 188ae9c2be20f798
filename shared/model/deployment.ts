import { z } from 'zod'
import { Digest, Id, Name, TimeMs } from './ids.ts'
import { ErrorRecord } from './job.ts'

export const packageEngines = ['oci', 'docker'] as const
export const architectures = ['amd64', 'arm64'] as const
export const Architecture = z.enum(architectures)
export type Architecture = z.infer<typeof Architecture>

export const Image = z.object({
  model: Name,
  version: z.number().int(),
  bundleDigest: Digest,
  architecture: Architecture,
  /** Of the OCI manifest. */
  imageDigest: Digest,
  /** Of the image's configuration: what Docker calls the image id. */
  imageId: Digest,
  /** Of the compressed layers together: what a first push sends. */
  sizeBytes: z.number().int(),
  engine: z.enum(packageEngines),
  out: z.string().nullable(),
  tag: z.string().nullable(),
  seconds: z.number(),
})
export type Image = z.infer<typeof Image>

export const Push = z.object({
  ref: z.string(),
  imageDigest: Digest,
  /** Sent in this push; layers that the registry had are not in it. */
  uploadedBytes: z.number().int(),
  seconds: z.number(),
})
export type Push = z.infer<typeof Push>

export const targetIds = ['local', 'docker', 'kubernetes'] as const
export const TargetId = z.enum(targetIds)
export type TargetId = z.infer<typeof TargetId>

export const deploymentStatuses = [
  'deploying',
  'ready',
  'degraded',
  'stopped',
  'failed',
  'interrupted',
  'unknown',
] as const
export const replicaStates = ['ready', 'starting', 'failing', 'stopped'] as const

/** A process, container or pod of a deployment, as it is now. */
export const Replica = z.object({
  /** By which its log is asked for. */
  name: z.string(),
  state: z.enum(replicaStates),
  /** How often it was started again. */
  restarts: z.number().int(),
  /** Of the image that it runs; null where there is none, or it is not known. */
  imageDigest: Digest.nullable(),
  /** Why it is not ready, in the target's words; null when it is. */
  reason: z.string().nullable(),
})
export type Replica = z.infer<typeof Replica>

export const Deployment = z.object({
  deployment: Name,
  target: TargetId,
  model: Name,
  version: z.number().int(),
  bundleDigest: Digest,
  status: z.enum(deploymentStatuses),
  /** Where it answers, from this machine; null until it does. */
  url: z.string().nullable(),
  replicas: z.object({
    wanted: z.number().int(),
    ready: z.number().int(),
    /** Left out where they were not looked at. */
    each: z.array(Replica).optional(),
  }),
  /** What the target needs to find it again (pid and start time, container id, context and namespace); no secret. */
  handle: z.record(z.string(), z.union([z.string(), z.number(), z.null(), z.array(z.string())])),
  imageDigest: Digest.nullable(),
  createdAt: TimeMs,
  error: ErrorRecord.nullable(),
})
export type Deployment = z.infer<typeof Deployment>

export const DeployRequest = z.object({
  model: z.string(),
  target: TargetId,
  name: Name.optional(),
  port: z.number().int().min(1).max(65535).optional(),
  context: z.string().optional(),
  namespace: z.string().optional(),
  /** A pushed reference, for Docker and Kubernetes. */
  image: z.string().optional(),
  /** As many as there are when left out; of a new one 1. */
  replicas: z.number().int().min(1).max(100).optional(),
})
export type DeployRequest = z.infer<typeof DeployRequest>

export const planActions = ['create', 'change', 'replace', 'delete', 'none'] as const

/** A thing on the target and what a deploy would do to it. */
export const PlanChange = z.object({
  /** What it is, in the target's own words: `Deployment digits/digits`. */
  object: z.string(),
  action: z.enum(planActions),
  /** Only what differs, sorted by path; null where there is nothing. Never a secret's value. */
  fields: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
})
export type PlanChange = z.infer<typeof PlanChange>

export const Plan = z.object({
  target: TargetId,
  /** What would be done, in order, a sentence each. */
  steps: z.array(z.string()),
  changes: z.array(PlanChange),
})
export type Plan = z.infer<typeof Plan>

export const deploymentVersionStatuses = ['applied', 'superseded', 'failed'] as const

/** What was once applied under a deployment's name, or was to be; it can be gone back to while the deployment lives. */
export const DeploymentVersion = z.object({
  deployment: Name,
  /** From 1. */
  number: z.number().int(),
  model: Name,
  version: z.number().int(),
  bundleDigest: Digest,
  imageDigest: Digest.nullable(),
  image: z.string().nullable(),
  /** The port it got, or was to get; null for any. */
  port: z.number().int().nullable(),
  replicas: z.number().int(),
  /** Exactly one is `applied`: it is live. */
  status: z.enum(deploymentVersionStatuses),
  by: z.enum(['deploy', 'rollback']),
  /** The number that a rollback went back to. */
  restores: z.number().int().nullable(),
  job: Id.nullable(),
  appliedAt: TimeMs,
  error: ErrorRecord.nullable(),
})
export type DeploymentVersion = z.infer<typeof DeploymentVersion>

export const RollbackRequest = z.object({
  deployment: Name,
  /** A version's number; the last one that was live before the present one when left out. */
  to: z.number().int().min(1).optional(),
})
export type RollbackRequest = z.infer<typeof RollbackRequest>
