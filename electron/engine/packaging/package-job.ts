import { join } from 'node:path'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { Image } from '../../../shared/model/deployment.ts'
import { openDocker } from '../clients/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { type BuildSpec, buildImage } from './build-image.ts'
import { loadIntoDocker } from './docker-engine.ts'
import { writeImageTar } from './oci-image.ts'

export interface PackageInput extends Omit<BuildSpec, 'bundleFolder'> {
  engine: Image['engine']
  /** Absolute; null for the docker engine. */
  out: string | null
  tag: string | null
}

/** Writes the image of the bundle in `in/bundle` to a tar, or loads it into the Docker engine. */
export const packageJob: JobFunction<PackageInput, Image> = async (input, context) => {
  const started = performance.now()
  const { engine, out, tag, ...spec } = input
  // The engine is asked first: without one there is nothing to build for.
  const docker = engine === 'docker' ? await openDocker() : null
  const image = await buildImage(
    { ...spec, bundleFolder: join(context.folder, 'in', 'bundle') },
    {
      signal: context.signal,
      temporaryFolder: context.temporaryFolder,
      progress: (fraction, phase) => context.progress(fraction * 0.5, phase),
    },
  )
  if (docker && tag) {
    const progress = (fraction: number) => {
      if (fraction < 1) context.progress(0.5 + fraction / 2, 'loading into the Docker engine')
      // How long that takes is the engine's.
      else context.progress(null, 'the Docker engine unpacks it')
    }
    await loadIntoDocker(docker, image, tag, { signal: context.signal, progress })
  } else if (out) {
    const progress = (fraction: number) => context.progress(0.5 + fraction / 2, 'writing the tar')
    await writeImageTar(image, out, { tag, signal: context.signal, progress })
  }
  context.log(`${image.imageDigest}, ${formatBytes(image.sizeBytes)}, in ${tag ?? out}`)
  return {
    model: spec.model,
    version: spec.version,
    bundleDigest: spec.bundleDigest,
    architecture: spec.architecture,
    imageDigest: image.imageDigest,
    imageId: image.imageId,
    sizeBytes: image.sizeBytes,
    engine,
    out,
    tag,
    seconds: (performance.now() - started) / 1000,
  }
}
