import { AppError } from '../../../../../shared/errors.ts'
import { type Docker, dockerFailure, findDockerEndpoint, openDocker } from '../../../clients/index.ts'
import { bundleLabel } from '../../../packaging/index.ts'
import { askServer, choosePort, waitUntilReady } from '../readiness.ts'
import type { Applied, DeploymentSpec, DeploymentTarget, TargetContext } from '../target.ts'
import {
  containerLog,
  containerName,
  containerOptions,
  findContainers,
  imageOf,
  ownTag,
  type PreparedImage,
  publishedPort,
} from './container.ts'
import { prepareImage } from './image-source.ts'
import { dockerLog } from './logs.ts'

const readyTimeoutMs = 90_000

/** A container answers on 127.0.0.1 of the engine's machine, so that machine must be this one. */
async function requireLocalEngine(): Promise<void> {
  const { host } = await findDockerEndpoint()
  if (/^(unix|npipe):/.test(host) || /^tcp:\/\/(127\.|localhost|\[::1\])/.test(host)) return
  throw new AppError(
    'unsupported',
    `The Docker engine at ${host} is on another machine; Lathe deploys to the one here`,
    {
      mend: 'Set DOCKER_HOST to the engine of this machine, or push the image and start it there.',
    },
  )
}

async function removeContainers(docker: Docker, place: { workspace: string; deployment: string }): Promise<number> {
  const found = await findContainers(docker, place)
  for (const { Id } of found) {
    const container = docker.getContainer(Id)
    await container.stop({ t: 10 }).catch(() => {})
    await container.remove({ force: true, v: true }).catch(error => {
      if (error.statusCode !== 404) throw error
    })
  }
  return found.length
}

async function removeOwnImage(docker: Docker, tag: string): Promise<void> {
  await docker
    .getImage(tag)
    .remove()
    .catch(error => {
      if (error.statusCode !== 404) throw error
    })
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${port}`
}

function applied(container: string, port: number, { image, imageDigest, isOwn }: PreparedImage): Applied {
  return {
    url: urlAt(port),
    handle: { container, image, port, ownImage: isOwn ? image : null },
    replicas: { wanted: 1, ready: 1 },
    imageDigest,
  }
}

async function start(docker: Docker, spec: DeploymentSpec, prepared: PreparedImage, context: TargetContext) {
  const port = await choosePort(spec.port)
  const container = await docker.createContainer(containerOptions(spec, { ...prepared, port }))
  context.progress(0.65, 'starting the container')
  await container.start()
  context.log(`Started the container ${containerName(spec)} on port ${port}`)
  await waitUntilReady(urlAt(port), {
    digest: spec.bundleDigest,
    signal: context.signal,
    timeoutMs: readyTimeoutMs,
    async check() {
      const { State, RestartCount } = await container.inspect()
      if (State.Running && RestartCount === 0) return
      const lastWords = await containerLog(container)
      throw new AppError(
        'not-ready',
        `The container ended before it was ready: ${lastWords || State.Error || 'it said nothing'}`,
      )
    },
  })
  return applied(container.id, port, prepared)
}

/** The image as one container of the Docker engine on this machine, published on 127.0.0.1. */
export const docker: DeploymentTarget = {
  id: 'docker',
  rollsOver: false,

  check(spec) {
    if (spec.replicas !== 1)
      throw new AppError('bad-input', 'The docker target runs one container', { mend: 'Leave --replicas out.' })
  },

  firstHandle: () => ({}),

  async plan(spec) {
    await requireLocalEngine()
    await openDocker()
    const port = spec.port === null ? 'a free port' : `port ${await choosePort(spec.port)}`
    return {
      steps: [
        spec.image === null
          ? `Write the image and load it as ${ownTag(spec)}`
          : `Use the image ${spec.image}, pulled where it is missing`,
        `Run the container ${containerName(spec)} on ${port} of 127.0.0.1: read-only, without privileges`,
        'Wait until it is ready and its golden rows agree',
      ],
      objects: [`container ${containerName(spec)}`, ...(spec.image === null ? [`image ${ownTag(spec)}`] : [])],
    }
  },

  async apply(spec, context): Promise<Applied> {
    await requireLocalEngine()
    const engine = await openDocker()
    try {
      const [before] = await findContainers(engine, spec)
      const port = before ? publishedPort(before) : null
      if (before?.Labels[bundleLabel] === spec.bundleDigest && port !== null && (spec.port ?? port) === port) {
        const state = await askServer(urlAt(port), context.signal)
        if (state?.isReady && state.digest === spec.bundleDigest) {
          return applied(before.Id, port, imageOf(before))
        }
      }
      if (await removeContainers(engine, spec)) context.log('Removed the container that an earlier try left behind')
      const prepared = await prepareImage(engine, spec, context)
      try {
        return await start(engine, spec, prepared, context)
      } catch (error) {
        await removeContainers(engine, spec)
        if (prepared.isOwn) await removeOwnImage(engine, prepared.image)
        throw error
      }
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason
      throw dockerFailure(error, `The Docker engine could not run ${spec.deployment}`)
    }
  },

  async observe({ workspace, deployment }, signal) {
    const [container] = await findContainers(await openDocker(), { workspace, deployment: deployment.deployment })
    const replicas = { wanted: 1, ready: 0 }
    if (container?.State !== 'running') {
      const text = container ? `The container is ${container.State}` : 'The container is gone'
      return { status: 'stopped', replicas, error: new AppError('not-ready', text).toJSON() }
    }
    const state = deployment.url ? await askServer(deployment.url, signal) : null
    if (state?.isReady) return { status: 'ready', replicas: { wanted: 1, ready: 1 }, error: null }
    return {
      status: 'degraded',
      replicas,
      error: new AppError('not-ready', 'The container runs, its server is not ready').toJSON(),
    }
  },

  async endpoints({ workspace, deployment }) {
    const found = await findContainers(await openDocker(), { workspace, deployment: deployment.deployment })
    return found.map(publishedPort).flatMap(port => (port === null ? [] : [urlAt(port)]))
  },

  logs: dockerLog,

  async remove({ workspace, deployment }, context) {
    const engine = await openDocker()
    context.progress(0.2, 'removing the container')
    try {
      await removeContainers(engine, { workspace, deployment: deployment.deployment })
      const { ownImage } = deployment.handle
      for (const tag of new Set([ownTag({ workspace, ...deployment }), ownImage])) {
        if (typeof tag === 'string') await removeOwnImage(engine, tag)
      }
    } catch (error) {
      throw dockerFailure(error, `The Docker engine could not remove ${deployment.deployment}`)
    }
  },
}
