import { AppError } from '../../../../../shared/errors.ts'
import { type Docker, dockerFailure, findDockerEndpoint, openDocker } from '../../../clients/index.ts'
import { changeOf, changesNothing, nothingWouldChange } from '../changes.ts'
import { askServer, choosePort, servesOn, waitUntilReady } from '../readiness.ts'
import type { Applied, DeploymentSpec, DeploymentTarget, TargetContext } from '../target.ts'
import {
  containerLog,
  containerName,
  containerOptions,
  findContainers,
  imageOf,
  liveOf,
  modelOf,
  ownRepository,
  ownTag,
  type PreparedImage,
  publishedPort,
  shownContainer,
} from './container.ts'
import { exchange, removeStagingNetwork } from './exchange.ts'
import { prepareImage, requireImage } from './image-source.ts'
import { dockerLog } from './logs.ts'
import { replicaOf } from './replicas.ts'

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

async function removeContainers(docker: Docker, containers: readonly Docker.ContainerInfo[]): Promise<void> {
  for (const { Id } of containers) {
    const container = docker.getContainer(Id)
    await container.stop({ t: 10 }).catch(() => {})
    await container.remove({ force: true, v: true }).catch(error => {
      if (error.statusCode !== 404) throw error
    })
  }
}

async function removeOwnImage(docker: Docker, tag: string): Promise<void> {
  await docker
    .getImage(tag)
    .remove()
    .catch(error => {
      if (error.statusCode !== 404) throw error
    })
}

async function hasImage(docker: Docker, tag: string): Promise<boolean> {
  return (await docker.listImages({ filters: { reference: [tag] } })).length > 0
}

function urlAt(port: number): string {
  return `http://127.0.0.1:${port}`
}

function applied(container: string, port: number, { image, imageDigest, ownImages }: PreparedImage): Applied {
  return {
    url: urlAt(port),
    handle: { container, image, port, ownImages },
    replicas: { wanted: 1, ready: 1 },
    imageDigest,
  }
}

/** The container that is there, if any, as it is and as its server says, beside the one that a spec asks for. */
async function comparison(
  docker: Docker,
  spec: DeploymentSpec,
  live: Docker.ContainerInfo | undefined,
  signal?: AbortSignal,
) {
  const port = spec.port ?? (live ? publishedPort(live) : null)
  const image = spec.image ?? ownTag(spec)
  const prepared = { image, imageDigest: spec.imageDigest, ownImages: [], port: port ?? 0 }
  const { Labels, HostConfig } = containerOptions(spec, prepared)
  const before = live ? await docker.getContainer(live.Id).inspect() : null
  const shown = before && {
    ...shownContainer(before.Config.Image, before.Config.Labels, before.HostConfig),
    ...(await serverOf(live!, signal)),
  }
  const after = { ...shownContainer(image, Labels, HostConfig), state: 'running', server: 'ready' }
  return changeOf(`container ${containerName(spec)}`, shown, after, 'replace')
}

async function serverOf(live: Docker.ContainerInfo, signal?: AbortSignal) {
  const port = publishedPort(live)
  const state = port === null ? null : await askServer(urlAt(port), signal)
  const bundle = state?.digest ? { bundle: state.digest } : {}
  return { ...bundle, state: live.State, server: state?.isReady ? 'ready' : state ? 'not ready' : 'does not answer' }
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

  check(spec) {
    if (spec.replicas !== 1)
      throw new AppError('bad-input', 'The docker target runs one container', { mend: 'Leave --replicas out.' })
  },

  firstHandle: () => ({}),

  async plan(spec, signal) {
    await requireLocalEngine()
    const engine = await openDocker()
    const live = liveOf(await findContainers(engine, spec), spec)
    const livePort = live ? publishedPort(live) : null
    const port = spec.port ?? livePort
    if (port !== null && port !== livePort) await choosePort(port)
    const image = spec.image ?? ownTag(spec)
    const changes = [await comparison(engine, spec, live, signal)]
    if (changesNothing(changes)) return { steps: [nothingWouldChange], changes }
    if (spec.image !== null) await requireImage(engine, spec.image)
    else {
      const isThere = await hasImage(engine, image)
      changes.push({ object: `image ${image}`, action: isThere ? 'none' : 'create', fields: [] })
    }
    return {
      steps: [
        spec.image === null
          ? `Write the image and load it as ${image}`
          : `Use the image ${image}, pulled where it is missing`,
        ...(live?.State === 'running' && port !== null
          ? [
              `Run the container of ${spec.model}:${spec.version} beside ${containerName(spec)}, out of reach`,
              'Wait until it is ready and its golden rows agree',
              `Stop the old one when it has answered what it was asked, and hand over port ${port}: new connections are refused for some tenths of a second`,
            ]
          : [
              `Run the container ${containerName(spec)} on ${port === null ? 'a free port' : `port ${port}`} of 127.0.0.1: read-only, without privileges`,
              'Wait until it is ready and its golden rows agree',
            ]),
      ],
      changes,
    }
  },

  async apply(spec, context): Promise<Applied> {
    await requireLocalEngine()
    const engine = await openDocker()
    let serving: Docker.ContainerInfo | null = null
    try {
      const found = await findContainers(engine, spec)
      const live = liveOf(found, spec)
      const livePort = live ? publishedPort(live) : null
      if (live && livePort !== null && changesNothing([await comparison(engine, spec, live, context.signal)])) {
        return applied(live.Id, livePort, imageOf(live))
      }
      if (live?.State === 'running' && livePort !== null) serving = live
      const leftovers = found.filter(each => each !== serving)
      if (leftovers.length) {
        await removeContainers(engine, leftovers)
        context.log('Removed the container that an earlier try left behind')
      }
      const port = spec.port ?? livePort
      if (serving && port !== null && port !== livePort) await choosePort(port)
      const before = live ? imageOf(live).ownImages : []
      const made = await prepareImage(engine, spec, context)
      const prepared = { ...made, ownImages: [...new Set([...before, ...made.ownImages])] }
      try {
        if (!serving || port === null) return await start(engine, spec, prepared, context)
        const id = await exchange(engine, serving, { spec, prepared, port }, context)
        return applied(id, port, prepared)
      } catch (error) {
        if (!serving) await removeContainers(engine, await findContainers(engine, spec))
        for (const image of made.ownImages) if (!before.includes(image)) await removeOwnImage(engine, image)
        throw error
      }
    } catch (error) {
      if (context.signal.aborted) throw context.signal.reason
      const failure = dockerFailure(error, `The Docker engine could not run ${spec.deployment}`)
      throw serving ? servesOn(failure, modelOf(serving)) : failure
    }
  },

  async observe({ workspace, deployment }, signal) {
    const place = { workspace, deployment: deployment.deployment }
    const engine = await openDocker()
    const container = liveOf(await findContainers(engine, place), place)
    if (!container) {
      const error = new AppError('not-ready', 'The container is gone').toJSON()
      return { status: 'stopped', replicas: { wanted: 1, ready: 0, each: [] }, error, bundleDigest: null }
    }
    const isRunning = container.State === 'running'
    const server = isRunning && deployment.url ? await askServer(deployment.url, signal) : null
    const replica = await replicaOf(engine, container, server)
    const replicas = { wanted: 1, ready: server?.isReady ? 1 : 0, each: [replica] }
    const bundleDigest = server?.digest ?? null
    if (server?.isReady) return { status: 'ready', replicas, error: null, bundleDigest }
    const error = new AppError('not-ready', `The container ${replica.reason?.split('.\n')[0]}`).toJSON()
    const isTrying = isRunning || replica.state === 'failing'
    return { status: isTrying ? 'degraded' : 'stopped', replicas, error, bundleDigest }
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
      const place = { workspace, deployment: deployment.deployment }
      const found = await findContainers(engine, place)
      await removeContainers(engine, found)
      await removeStagingNetwork(engine, workspace)
      const built = await engine.listImages({ filters: { reference: [ownRepository(place)] } })
      const { ownImages } = deployment.handle
      const own = [
        ...built.flatMap(({ RepoTags }) => RepoTags ?? []),
        ...found.flatMap(container => imageOf(container).ownImages),
        ...(Array.isArray(ownImages) ? ownImages : []),
      ]
      for (const tag of new Set(own)) await removeOwnImage(engine, tag)
    } catch (error) {
      throw dockerFailure(error, `The Docker engine could not remove ${deployment.deployment}`)
    }
  },
}
