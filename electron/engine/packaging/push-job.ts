import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { Image, Push } from '../../../shared/model/deployment.ts'
import { type Blob, findRegistryLogin, OciRepository, parseImageReference } from '../clients/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { type BuildSpec, buildImage } from './build-image.ts'
import { manifestType } from './image.ts'

export interface PushInput extends Omit<BuildSpec, 'bundleFolder'> {
  ref: string
  plainHttp: boolean
  /** Absolute. */
  caFile: string | null
  /** Repositories of the same registry that Lathe pushed to before: their base layers are mounted, not sent. */
  mountFrom: string[]
}

export interface PushOutput {
  push: Push
  image: Image
}

/** Builds the image of the bundle in `in/bundle` and sends to the registry what it lacks. */
export const pushJob: JobFunction<PushInput, PushOutput> = async (input, context) => {
  const started = performance.now()
  const reference = parseImageReference(input.ref)
  const { signal } = context
  const secret = (name: string) => context.secret(name)
  context.progress(0, `signing in to ${reference.host}`)
  const repository = await OciRepository.open(reference, {
    plainHttp: input.plainHttp,
    caFile: input.caFile ?? undefined,
    login: await findRegistryLogin(reference.host, { secret, signal }),
    signal,
  })
  const image = await buildImage(
    { ...input, bundleFolder: join(context.folder, 'in', 'bundle') },
    {
      signal,
      temporaryFolder: context.temporaryFolder,
      progress: (fraction, phase) => context.progress(0.02 + fraction * 0.18, phase),
    },
  )
  const config: Blob = {
    digest: image.imageId,
    sizeBytes: image.config.length,
    open: () => Readable.from([image.config]),
  }
  const layers: Blob[] = image.layers.map(({ digest, sizeBytes, file }) => ({
    digest,
    sizeBytes,
    open: () => createReadStream(file, { highWaterMark: 1 << 18 }),
  }))
  let uploadedBytes = 0
  let passedBytes = 0
  for (const [place, blob] of [...layers, config].entries()) {
    let sent = 0
    const part = blob === config ? 'configuration' : `layer ${place + 1} of ${layers.length}`
    const report = () => {
      const fraction = Math.min(1, (passedBytes + sent) / image.sizeBytes)
      const done = `${formatBytes(passedBytes + sent)} of ${formatBytes(image.sizeBytes)}`
      context.progress(0.2 + fraction * 0.8, `pushing to ${reference.host}: ${part}, ${done}`)
    }
    report()
    const bytes = await repository.pushBlob(blob, {
      mountFrom: input.mountFrom,
      sent(count) {
        sent = Math.min(blob.sizeBytes, sent + count)
        report()
      },
    })
    context.log(`${blob.digest}: ${bytes ? `sent ${formatBytes(bytes)}` : 'there already'}`)
    uploadedBytes += bytes
    passedBytes += blob.sizeBytes
  }
  const manifest = await repository.pushManifest(image.manifest, manifestType)
  uploadedBytes += manifest.sentBytes
  const seconds = (performance.now() - started) / 1000
  const { model, version, bundleDigest, architecture } = input
  const { imageDigest, imageId, sizeBytes } = image
  return {
    push: { ref: input.ref, imageDigest, uploadedBytes, seconds },
    image: {
      ...{ model, version, bundleDigest, architecture, imageDigest, imageId, sizeBytes },
      ...{ engine: 'oci', out: null, tag: null, seconds },
    },
  }
}
