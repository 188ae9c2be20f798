import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../shared/errors.ts'
import { type Docker, dockerFailure } from '../clients/index.ts'
import type { ComposedImage } from './image.ts'
import { imageTar } from './oci-image.ts'

/**
 * Sends the image to a Docker engine, the same bytes that the tar holds, and gives it a tag. Throws `docker-unavailable`
 * when the engine goes away half-way.
 */
export async function loadIntoDocker(
  docker: Docker,
  image: ComposedImage,
  tag: string,
  options: { signal: AbortSignal; progress?(fraction: number): void },
): Promise<void> {
  const tar = imageTar(image, tag, options.progress)
  try {
    const answer = await docker.loadImage(tar, { quiet: true, abortSignal: options.signal })
    let said = ''
    await pipeline(
      answer,
      async source => {
        for await (const chunk of source) said += String(chunk)
      },
      { signal: options.signal },
    )
    const refusal = /"error"\s*:\s*"((?:[^"\\]|\\.)*)"/.exec(said)
    if (refusal) throw Object.assign(new Error(refusal[1]), { statusCode: 500 })
    const { Id } = await docker.getImage(tag).inspect()
    // A classic image store names an image by its configuration, a containerd one by its manifest.
    if (Id !== image.imageId && Id !== image.imageDigest) {
      throw new AppError('digest-mismatch', `The Docker engine loaded ${Id} under ${tag}, not ${image.imageId}`)
    }
  } catch (error) {
    if (options.signal.aborted) throw options.signal.reason
    throw dockerFailure(error, `The Docker engine did not load the image ${tag}`)
  } finally {
    tar.destroy()
  }
}
