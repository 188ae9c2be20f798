import { chmod, copyFile, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../../../shared/errors.ts'
import { isAlive } from '../../../jobs/index.ts'
import { askServer, choosePort, waitUntilReady } from '../readiness.ts'
import type { Applied, DeploymentSpec, DeploymentTarget, Place } from '../target.ts'
import { localLog } from './logs.ts'
import {
  endServer,
  lastLines,
  readServerProcess,
  requireAlive,
  type ServerProcess,
  startServer,
} from './server-process.ts'

const readyTimeoutMs = 60_000

function urlOf(server: Pick<ServerProcess, 'port'>): string {
  return `http://127.0.0.1:${server.port}`
}

function applied(server: ServerProcess): Applied {
  return {
    url: urlOf(server),
    handle: { pid: server.pid, started: server.started, port: server.port },
    replicas: { wanted: 1, ready: 1 },
    imageDigest: null,
  }
}

/** A copy of its own: the deployment stays whole when the workspace's store changes or moves. */
async function copyBundle(from: string, to: string): Promise<void> {
  await rm(to, { recursive: true, force: true })
  await mkdir(to, { recursive: true })
  for (const name of await readdir(from)) {
    await copyFile(join(from, name), join(to, name))
    await chmod(join(to, name), 0o644)
  }
}

/** A model server as a process of this machine, listening on 127.0.0.1; it outlives engine and window. */
export const local: DeploymentTarget = {
  id: 'local',
  rollsOver: false,

  check(spec: DeploymentSpec) {
    if (spec.replicas !== 1)
      throw new AppError('bad-input', 'The local target runs one server', { mend: 'Leave --replicas out.' })
    if (spec.image !== null) {
      throw new AppError('bad-input', 'The local target runs the model without an image', {
        mend: 'Leave --image out.',
      })
    }
  },

  firstHandle: () => ({}),

  async plan(spec) {
    const port = spec.port === null ? 'a free port' : `port ${await choosePort(spec.port)}`
    return {
      steps: [
        `Copy the bundle ${spec.bundleDigest} to ${spec.folder}`,
        `Start the model server on ${port} of 127.0.0.1`,
        'Wait until it is ready and its golden rows agree',
      ],
      objects: [`process of the model server for ${spec.deployment}`],
    }
  },

  async apply(spec, context) {
    const before = await readServerProcess(spec.folder)
    if (before && isAlive(before.pid, before.started)) {
      const isSame = before.bundleDigest === spec.bundleDigest && (spec.port === null || spec.port === before.port)
      const state = isSame ? await askServer(urlOf(before), context.signal) : null
      if (state?.isReady && state.digest === spec.bundleDigest) return applied(before)
      context.log('Ending the server that an earlier try left behind')
      await endServer(before, context.signal)
    }
    await mkdir(spec.folder, { recursive: true })
    context.progress(0.1, 'copying the bundle')
    await copyBundle(context.bundleFolder, join(spec.folder, 'bundle'))
    const port = await choosePort(spec.port ?? before?.port ?? null).catch(error => {
      if (spec.port !== null) throw error
      return choosePort(null)
    })
    context.progress(0.4, 'starting the model server')
    const server = await startServer({ ...spec, port })
    context.log(`Started the model server (process ${server.pid}) at ${urlOf(server)}`)
    try {
      await waitUntilReady(urlOf(server), {
        digest: spec.bundleDigest,
        signal: context.signal,
        timeoutMs: readyTimeoutMs,
        check: () => requireAlive(spec.folder, server),
      })
      requireAlive(spec.folder, server)
    } catch (error) {
      const lastWords = lastLines(spec.folder)
      if (lastWords) context.log(lastWords, 'error')
      await endServer(server, new AbortController().signal, 500)
      await rm(spec.folder, { recursive: true, force: true })
      throw error
    }
    return applied(server)
  },

  async observe({ folder, deployment }, signal) {
    const server = await readServerProcess(folder)
    const replicas = { wanted: 1, ready: 0 }
    if (!server || !isAlive(server.pid, server.started)) {
      const error = new AppError('not-ready', 'The server process is gone', {
        mend: `Deploy "${deployment.deployment}" again.`,
      })
      return { status: 'stopped', replicas, error: error.toJSON() }
    }
    const state = await askServer(urlOf(server), signal)
    if (state?.isReady) return { status: 'ready', replicas: { wanted: 1, ready: 1 }, error: null }
    const error = new AppError(
      'not-ready',
      state ? 'The server says that it is not ready' : 'The server does not answer',
    )
    return { status: 'degraded', replicas, error: error.toJSON() }
  },

  async endpoints(place: Place) {
    const server = await readServerProcess(place.folder)
    return server && isAlive(server.pid, server.started) ? [urlOf(server)] : []
  },

  logs: localLog,

  async remove({ folder }, context) {
    const server = await readServerProcess(folder)
    context.progress(0.2, 'ending the model server')
    if (server) await endServer(server, context.signal)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  },
}
