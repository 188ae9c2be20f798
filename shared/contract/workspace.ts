import { z } from 'zod'
import { Job } from '../model/job.ts'
import { Backup, ConnectionLine, CudaLibraries, Device, Doctor, WorkspaceInfo } from '../model/workspace.ts'
import { procedure } from './base.ts'

export const pythonKinds = ['dataset', 'run', 'model'] as const
export const PythonKind = z.enum(pythonKinds)
export type PythonKind = z.infer<typeof PythonKind>

export const PythonSnippet = z.object({
  kind: PythonKind,
  /** The subject by its full name: `name:2` or a run's id. */
  subject: z.string(),
  /** A whole Python program that names stored files of this workspace by their absolute paths. */
  code: z.string(),
})
export type PythonSnippet = z.infer<typeof PythonSnippet>

export const workspace = {
  info: procedure
    .route({ method: 'GET', path: '/workspace', summary: 'The engine and its workspace' })
    .output(WorkspaceInfo),
  doctor: procedure
    .route({ method: 'GET', path: '/doctor', summary: 'What this machine has, what is missing, and the mend' })
    .output(Doctor),
  python: procedure
    .route({
      method: 'GET',
      path: '/python/{subject}',
      summary: 'A Python program that opens a dataset, or computes the test predictions of a run or model again',
    })
    .input(
      z.object({
        /** A run's id or its beginning, or the reference of a model or dataset. */
        subject: z.string().min(1).max(300),
        /** What the subject is, where several have its name. */
        kind: PythonKind.optional(),
      }),
    )
    .output(PythonSnippet),
  devices: procedure
    .route({ method: 'GET', path: '/devices', summary: 'What models can be trained on here; measured once an engine' })
    .output(z.object({ devices: z.array(Device), cuda: CudaLibraries.nullable() })),
  /** Without files it fetches onnxruntime's own from the network; with them it needs none. */
  setUpCuda: procedure
    .route({ method: 'POST', path: '/devices/cuda', summary: "Set up onnxruntime's CUDA libraries, and try them" })
    .input(
      z.object({
        /** Absolute paths, `upload:ID` or `held:ID`: .nupkg, .whl, .tgz or .zip files that hold them, or NVIDIA's own. */
        files: z.array(z.string().min(1)).max(30),
      }),
    )
    .output(z.object({ job: Job })),
  removeCuda: procedure
    .route({ method: 'DELETE', path: '/devices/cuda', summary: 'Remove what was set up for CUDA' })
    .output(z.object({ removed: z.boolean() })),
  airGap: procedure
    .route({ method: 'PUT', path: '/workspace/air-gap', summary: 'Let nothing leave this machine, or allow it again' })
    .input(z.object({ on: z.boolean() }))
    .output(WorkspaceInfo),
  connections: procedure
    .route({ method: 'GET', path: '/workspace/connections', summary: 'The ledger of connections made, newest first' })
    .input(z.object({ limit: z.coerce.number().int().min(1).max(10_000).default(1000) }))
    .output(z.object({ airGap: z.boolean(), connections: z.array(ConnectionLine), total: z.number().int() })),
  sample: procedure
    .route({ method: 'GET', path: '/workspace/sample', summary: 'The shipped files of the sample project' })
    .output(
      z.object({
        /** Absolute paths on the engine's machine. */
        file: z.string(),
        shifted: z.string(),
        target: z.string(),
        shiftedColumns: z.array(z.string()),
        factor: z.number(),
      }),
    ),
  removeSample: procedure
    .route({ method: 'DELETE', path: '/workspace/sample', summary: 'Take the sample project out of the workspace' })
    .output(z.object({ models: z.number().int(), runs: z.number().int(), datasets: z.number().int() })),
  backup: procedure
    .route({ method: 'POST', path: '/workspace/backup', summary: 'A verified copy of the registry' })
    .output(Backup),
  backups: procedure
    .route({ method: 'GET', path: '/workspace/backups', summary: 'Backups, newest first' })
    .output(z.object({ backups: z.array(Backup) })),
  /** The registry in place is kept beside; the engine starts anew on the restored one. */
  restore: procedure
    .route({ method: 'POST', path: '/workspace/restore', summary: 'Put a backup in the place of the registry' })
    .input(z.object({ file: z.string().min(1) }))
    .output(z.object({ restored: z.string(), kept: z.string() })),
  stop: procedure
    .route({ method: 'POST', path: '/workspace/stop', summary: 'End the engine; running jobs are cancelled' })
    .output(z.object({ stopping: z.literal(true) })),
}

export const secrets = {
  status: procedure
    .route({
      method: 'GET',
      path: '/secrets',
      summary: 'Which secrets there are (names only), and whether the door is open',
    })
    .output(z.object({ unlocked: z.boolean(), reason: z.string(), names: z.array(z.string()) })),
  set: procedure
    .route({ method: 'POST', path: '/secrets', summary: 'Keep a secret under a name' })
    .input(z.object({ name: z.string().min(1).max(200), value: z.string().max(65_536) }))
    .output(z.object({ name: z.string() })),
  remove: procedure
    .route({ method: 'DELETE', path: '/secrets/{name}', summary: 'Forget a secret' })
    .input(z.object({ name: z.string() }))
    .output(z.object({ name: z.string() })),
}
