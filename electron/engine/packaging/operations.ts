import { isAbsolute, join, resolve } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { parseImageReference } from '../clients/index.ts'
import type { DomainContext } from '../jobs/index.ts'
import { nativeArchitecture } from './base.ts'
import { checkTag, defaultTag, slugOf } from './image-name.ts'
import { makeFolderOf, requireFree, requireNoFolder } from './package-file.ts'
import type { PackageInput } from './package-job.ts'
import type { PushInput } from './push-job.ts'
import type { PackagingStore } from './store.ts'

/** What packaging needs of the models domain. */
export interface ModelResolver {
  resolve(reference: string): ModelVersion
}

export function createOperations(
  { registry, jobs }: DomainContext,
  models: ModelResolver,
  store: PackagingStore,
): Operations<Pick<Contract['deployments'], 'package' | 'push' | 'images'>> {
  /** Queues a job that finds the bundle of a version in its `in/bundle`. */
  async function submit<Input>(kind: 'package' | 'push', title: string, version: ModelVersion, input: Input) {
    const job = jobs.newJobId()
    await registry.bundles.place(version.bundleDigest, join(jobs.folderOf(job), 'in', 'bundle'))
    const subject = { kind: 'model', id: `${version.model}:${version.version}` }
    return { job: jobs.submit({ kind, title, input, subject, job }) }
  }

  return {
    async package(input) {
      if (input.base !== undefined) {
        throw new AppError('unsupported', 'Images on a base of your own are not written yet', {
          mend: "Leave --base out: Lathe's own base layers are used.",
        })
      }
      const version = models.resolve(input.model)
      const { model, bundleDigest } = version
      const architecture = input.architecture ?? nativeArchitecture()
      const isDocker = input.engine === 'docker'
      if (isDocker && input.out !== undefined) {
        throw new AppError('bad-input', 'The docker engine keeps the image itself, so --out has no meaning', {
          mend: 'Leave --out away, or use --engine oci.',
        })
      }
      const tag = input.tag === undefined ? null : checkTag(input.tag)
      const name = `${slugOf(model)}-${version.version}-${architecture}.tar`
      const spec: PackageInput = {
        ...{ model, version: version.version, bundleDigest, architecture, engine: input.engine },
        out: isDocker ? null : outPath(input.out, join(registry.workspace, 'images', name)),
        tag: isDocker ? (tag ?? defaultTag(model, version.version)) : tag,
      }
      if (input.out !== undefined && spec.out !== null) {
        if (input.replace) await requireNoFolder(spec.out)
        else await requireFree(spec.out, spec)
      }
      if (spec.out !== null) await makeFolderOf(spec.out)
      return submit('package', `Package ${model}:${version.version}`, version, spec)
    },
    images({ model }) {
      const { bundleDigest } = models.resolve(model)
      return { images: store.images(bundleDigest), pushes: store.pushes(bundleDigest) }
    },
    async push(input) {
      const version = models.resolve(input.model)
      const { model, bundleDigest } = version
      const reference = parseImageReference(input.ref)
      const repositories = store
        .pushedRefs()
        .map(ref => parseImageReference(ref))
        .filter(known => known.host === reference.host && known.repository !== reference.repository)
        .map(known => known.repository)
      const spec: PushInput = {
        ...{ model, version: version.version, bundleDigest },
        architecture: input.architecture ?? nativeArchitecture(),
        ref: input.ref,
        plainHttp: input.plainHttp,
        caFile: input.caFile === undefined ? null : resolve(input.caFile),
        mountFrom: [...new Set(repositories)].slice(0, 3),
      }
      return submit('push', `Push ${model}:${version.version} to ${input.ref}`, version, spec)
    },
  }
}

function outPath(wanted: string | undefined, usual: string): string {
  if (wanted === undefined) return usual
  if (!isAbsolute(wanted))
    throw new AppError('bad-input', `The engine needs an absolute path for the tar, not "${wanted}"`)
  return wanted
}
