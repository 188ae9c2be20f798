import { text } from 'node:stream/consumers'
import { AppError } from '../../../../../shared/errors.ts'
import type { Docker } from '../../../clients/index.ts'
import { containerPort, slugOf } from '../../../packaging/index.ts'
import { pause, readServerState, requireDigest, waitUntilReady } from '../readiness.ts'
import type { DeploymentSpec, TargetContext } from '../target.ts'
import { containerLog, containerName, containerOptions, type PreparedImage, workspaceLabel } from './container.ts'

const readyTimeoutMs = 90_000
const swapTimeoutMs = 15_000

/**
 * Puts a container in the place of one that runs, at `port`. The new one is started beside it on a network that publishes
 * nothing, and only when it is ready and its golden rows agree does the port change hands: the old one answers what it
 * was asked and stops, the new one joins the network that publishes. Docker gives a port to one container at a time, so
 * between the two a new connection is refused for some tenths of a second; no request in flight is cut.
 * Throws with the old one serving.
 */
export async function exchange(
  docker: Docker,
  live: Docker.ContainerInfo,
  { spec, prepared, port }: { spec: DeploymentSpec; prepared: PreparedImage; port: number },
  context: TargetContext,
): Promise<string> {
  const options = containerOptions(spec, { ...prepared, port })
  const next = await docker.createContainer({
    ...options,
    name: `${containerName(spec)}-next`,
    // Should this job be killed before the port changes hands, it does not come back by itself.
    HostConfig: {
      ...options.HostConfig,
      NetworkMode: await stagingNetwork(docker, spec.workspace),
      RestartPolicy: { Name: 'no' },
    },
  })
  try {
    context.progress(0.65, 'starting the new container beside the old one')
    await next.start()
    await waitUntilStagedReady(next, spec.bundleDigest, context.signal)
  } catch (error) {
    await next.remove({ force: true, v: true }).catch(() => {})
    throw error
  }
  context.progress(0.9, 'handing over the port')
  await context.unbroken(() => swap(docker, { old: docker.getContainer(live.Id), next, spec, port }, context))
  await next.update({ RestartPolicy: options.HostConfig.RestartPolicy })
  await next.rename({ name: containerName(spec) })
  return next.id
}

async function swap(
  docker: Docker,
  parts: {
    old: Docker.Container
    next: Docker.Container
    spec: DeploymentSpec
    port: number
  },
  context: TargetContext,
): Promise<void> {
  const { old, next, spec, port } = parts
  try {
    context.signal.throwIfAborted()
    await old.stop({ t: 10 })
    const stopped = Date.now()
    await docker.getNetwork('bridge').connect({ Container: next.id })
    const signal = new AbortController().signal
    await waitUntilReady(`http://127.0.0.1:${port}`, { digest: spec.bundleDigest, signal, timeoutMs: swapTimeoutMs })
    context.log(`Handed over port ${port}; ${Date.now() - stopped} ms passed between the two containers`)
  } catch (error) {
    await next.remove({ force: true, v: true }).catch(() => {})
    await old.start().catch(refused => {
      // Docker's word for one that runs already.
      if (refused.statusCode !== 304) throw refused
    })
    throw error
  }
  await old.remove({ force: true, v: true })
}

/** The network of a workspace's containers that are not to be reached yet: it publishes nothing, and none sees another. */
async function stagingNetwork(docker: Docker, workspace: string): Promise<string> {
  const name = stagingName(workspace)
  const known = await docker.listNetworks({ filters: { name: [name] } })
  if (!known.some(({ Name }) => Name === name)) {
    await docker.createNetwork({
      Name: name,
      Internal: true,
      Labels: { [workspaceLabel]: workspace },
      Options: { 'com.docker.network.bridge.enable_icc': 'false' },
    })
  }
  return name
}

function stagingName(workspace: string): string {
  return `lathe-staging-${slugOf(workspace).slice(-8)}`
}

/** Takes the network away when the last container that knows it is gone. */
export async function removeStagingNetwork(docker: Docker, workspace: string): Promise<void> {
  const inUseOrGone = [403, 404, 409]
  await docker
    .getNetwork(stagingName(workspace))
    .remove()
    .catch(error => {
      if (!inUseOrGone.includes(error.statusCode)) throw error
    })
}

const ask = `require('node:http').get('http://127.0.0.1:${containerPort}/health/ready',r=>{let t='';r.on('data',d=>t+=d);r.on('end',()=>console.log(JSON.stringify([r.statusCode,t])))}).on('error',()=>{})`

/** Asks the server from inside its container, as nothing outside reaches it. */
async function waitUntilStagedReady(container: Docker.Container, digest: string, signal: AbortSignal): Promise<void> {
  for (const end = Date.now() + readyTimeoutMs; Date.now() < end; ) {
    signal.throwIfAborted()
    const { State } = await container.inspect()
    if (!State.Running) {
      const lastWords = (await containerLog(container)) || State.Error || 'it said nothing'
      throw new AppError('not-ready', `The new container ended before it was ready: ${lastWords}`)
    }
    // With a terminal the output comes as it is, without Docker's frames.
    const exec = await container.exec({ Cmd: ['/usr/bin/node', '-e', ask], AttachStdout: true, Tty: true })
    const answer = (await text(await exec.start({ Tty: true }))).trim()
    if (answer.startsWith('[')) {
      const [status, body] = JSON.parse(answer) as [number, string]
      const state = readServerState(status, body)
      if (state.isReady) return requireDigest(state, digest, 'The new container')
    }
    await pause(150, signal)
  }
  throw new AppError('not-ready', `The new container was not ready within ${readyTimeoutMs / 1000} s`)
}
