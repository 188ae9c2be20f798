import { stat } from 'node:fs/promises'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { CudaSetup } from '../../../shared/model/workspace.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import { canHaveCuda, removeLibraries } from '../runtime/index.ts'
import type { UploadService } from '../uploads/index.ts'
import type { SetUpCudaInput } from './set-up-cuda-job.ts'

export interface CudaOptions {
  uploads: UploadService
  /** Whether other machines reach this engine: then it loads no library that a client names. */
  isReachable: boolean
  /** What the devices can do is another thing from now on. */
  changed(): void
}

/** onnxruntime's CUDA part, which its package does not bring along. */
export function createCuda({ jobs }: DomainContext, { uploads, isReachable, changed }: CudaOptions) {
  const uploaded = new Map<string, string[]>()

  const operations: Operations<Pick<Contract['workspace'], 'setUpCuda' | 'removeCuda'>> = {
    async setUpCuda({ files }) {
      refuse()
      const named = files.map(file => uploads.resolve(file))
      for (const { path } of named) {
        const found = await stat(path).catch(() => null)
        if (!found?.isFile()) throw new AppError('not-found', `There is no file ${path}`, { mend: 'Check the path.' })
      }
      const job = jobs.newJobId()
      uploaded.set(job, files)
      const input: SetUpCudaInput = { files: named.map(({ path, name }) => ({ path, name })) }
      return { job: jobs.submit({ kind: 'set-up-cuda', title: 'Set up CUDA', input, job }) }
    },
    async removeCuda() {
      refuse()
      const removed = await removeLibraries()
      changed()
      return { removed }
    },
  }

  function refuse(): void {
    if (isReachable) {
      throw new AppError('forbidden', 'Other machines reach this engine, so it loads no library that a client names', {
        mend: 'Set CUDA up with an engine that listens on this machine alone.',
      })
    }
    if (canHaveCuda()) return
    const mend = 'Use another device: `lathe doctor` shows what this machine has.'
    throw new AppError('unsupported', `onnxruntime has no CUDA part for ${process.platform} on ${process.arch}`, {
      mend,
    })
  }

  const handler: JobHandler<SetUpCudaInput, CudaSetup, 'set-up-cuda'> = {
    kind: 'set-up-cuda',
    lane: 'io',
    objects: () => ({ read: [] }),
    commit(setup, { job }) {
      for (const file of uploaded.get(job) ?? []) uploads.forget(file)
      uploaded.delete(job)
      changed()
      return setup
    },
  }

  return { operations, handlers: [handler] as unknown as AnyJobHandler[] }
}
