import type { Image, Push } from '../../../shared/model/deployment.ts'
import type { JobObjects } from '../../../shared/model/pipeline.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import { createOperations, type ModelResolver } from './operations.ts'
import type { PackageInput } from './package-job.ts'
import type { PushInput, PushOutput } from './push-job.ts'
import { PackagingStore } from './store.ts'

/** From a model version to a container image: as a tar, in a Docker engine, or in a registry. */
export function createPackaging(context: DomainContext, { models }: { models: ModelResolver }) {
  const store = new PackagingStore(context.registry)
  const { clock, events } = context
  const changed = (image: Image) => events.publish({ type: 'changed', entity: 'image', id: image.imageDigest })

  const packaged: JobHandler<PackageInput, Image, 'package'> = {
    kind: 'package',
    lane: 'compute',
    objects: ({ input }, image) => imageOf(input, image),
    commit(image) {
      store.insertImage(image, clock())
      changed(image)
      return image
    },
  }
  const pushed: JobHandler<PushInput, PushOutput, 'push'> = {
    kind: 'push',
    lane: 'io',
    objects: ({ input }, push) => imageOf(input, push),
    commit({ push, image }) {
      store.insertImage(image, clock())
      store.insertPush(push, clock())
      changed(image)
      return push
    },
  }
  return {
    operations: createOperations(context, models, store),
    handlers: [packaged, pushed] as unknown as AnyJobHandler[],
    find: (imageDigest: string): Image | null => store.image(imageDigest),
    /** The newest push under this reference; null where Lathe did not push it. */
    pushOf: (ref: string): Push | null => store.pushOf(ref),
    /** The newest push of this bundle's image to anywhere. */
    lastPush: (bundleDigest: string): Push | null => store.lastPush(bundleDigest),
  }
}

function imageOf(
  { model, version }: Pick<PackageInput, 'model' | 'version'>,
  made: Pick<Image, 'imageDigest'> | null,
): JobObjects {
  return {
    read: [{ kind: 'model', id: `${model}:${version}` }],
    made: made ? [{ kind: 'image', id: made.imageDigest }] : [],
  }
}
export type Packaging = ReturnType<typeof createPackaging>
