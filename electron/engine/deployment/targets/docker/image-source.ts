import { AppError } from '../../../../../shared/errors.ts'
import { type Docker, dockerFailure, egress, parseImageReference } from '../../../clients/index.ts'
import { buildImage, bundleLabel, loadIntoDocker, nativeArchitecture } from '../../../packaging/index.ts'
import type { DeploymentSpec, TargetContext } from '../target.ts'
import { ownTag, type PreparedImage } from './container.ts'

/**
 * The image that a container is to be made of: the one named, pulled where the engine lacks it, or one written now. An
 * image of another bundle is refused.
 */
export async function prepareImage(
  docker: Docker,
  spec: DeploymentSpec,
  context: TargetContext,
): Promise<PreparedImage> {
  if (spec.image === null) {
    const tag = ownTag(spec)
    const built = await buildImage(
      { ...spec, bundleFolder: context.bundleFolder, architecture: await engineArchitecture(docker) },
      {
        signal: context.signal,
        temporaryFolder: context.temporaryFolder,
        progress: (fraction, phase) => context.progress(fraction * 0.3, phase),
      },
    )
    const progress = (fraction: number) => context.progress(0.3 + fraction * 0.3, 'loading the image into the engine')
    await loadIntoDocker(docker, built, tag, { signal: context.signal, progress })
    return { image: tag, imageDigest: built.imageDigest, ownImages: [tag] }
  }
  const inspect = () => docker.getImage(spec.image!).inspect()
  let isOwn = false
  const image = await inspect().catch(async error => {
    if ((error as { statusCode?: number }).statusCode !== 404) throw error
    await pull(docker, spec.image!, context)
    isOwn = true
    return inspect()
  })
  const digest = image.Config.Labels?.[bundleLabel]
  if (digest !== spec.bundleDigest) {
    throw new AppError(
      'digest-mismatch',
      `The image ${spec.image} holds ${digest ?? 'no model of Lathe'}, not ${spec.bundleDigest}`,
      {
        mend: 'Package this model version under that name, or leave --image out.',
      },
    )
  }
  return { image: spec.image, imageDigest: spec.imageDigest, ownImages: isOwn ? [spec.image] : [] }
}

/** Throws `air-gapped` where the engine lacks an image and would have to pull it from where nothing may be connected to. */
export async function requireImage(docker: Docker, image: string): Promise<void> {
  const isThere = await docker
    .getImage(image)
    .inspect()
    .then(() => true, refuseOthers)
  if (isThere) return
  const { hostname, port } = registryOf(image)
  egress.require(hostname, port, pulls)
}

/** False for what the engine says it lacks; any other failure is thrown. */
function refuseOthers(error: unknown): false {
  if ((error as { statusCode?: number }).statusCode !== 404) throw error
  return false
}

const pulls = 'Docker pulls an image'

/** Where an image is pulled from. */
function registryOf(image: string): { host: string; hostname: string; port: number } {
  const { host } = parseImageReference(image)
  const { hostname, port } = new URL(`https://${host}`)
  return { host, hostname, port: Number(port || 443) }
}

async function engineArchitecture(docker: Docker) {
  const { Arch } = await docker.version()
  return Arch === 'arm64' || Arch === 'amd64' ? Arch : nativeArchitecture()
}

async function pull(docker: Docker, image: string, context: TargetContext): Promise<void> {
  const { host, hostname, port } = registryOf(image)
  // Docker itself connects, because we ask it to.
  egress.note(hostname, port, pulls)
  const login = await context.loginFor(host)
  const authconfig = login && { username: login.user, password: login.password, identitytoken: login.identityToken }
  context.log(`Pulling ${image}`)
  try {
    const stream = await docker.pull(image, { abortSignal: context.signal, ...(authconfig ? { authconfig } : {}) })
    await new Promise<void>((resolve, reject) => {
      docker.modem.followProgress(stream, error => (error ? reject(error) : resolve()))
    })
  } catch (error) {
    context.signal.throwIfAborted()
    const failure = dockerFailure(error, `The image ${image} could not be pulled`)
    if (failure.code === 'docker-unavailable' && (error as { code?: string }).code) throw failure
    throw new AppError('image-pull-failed', failure.message, {
      mend: 'Push it first, check the name, or leave --image out to have it made here.',
      cause: error,
    })
  }
}
