import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../../../../shared/errors.ts'
import type { Replica } from '../../../../../shared/model/deployment.ts'
import { isAlive } from '../../../jobs/index.ts'
import { changeOf, changesNothing, fieldsThatDiffer, nothingWouldChange } from '../changes.ts'
import { askServer, choosePort, pause, servesOn, withLastLines } from '../readiness.ts'
import type { Applied, DeploymentSpec, DeploymentTarget, Place } from '../target.ts'
import { readEnd } from './log-reader.ts'
import { localLog, nameOf } from './logs.ts'
import {
  connectHolder,
  endServer,
  readHolderState,
  readServerProcess,
  type ServerProcess,
  serveNext,
  startHolder,
  writeServerProcess,
} from './server-process.ts'

const lingerMs = 3000

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
  const part = `${to}.part`
  await rm(part, { recursive: true, force: true })
  await rm(to, { recursive: true, force: true })
  await mkdir(part, { recursive: true })
  for (const name of await readdir(from)) {
    await copyFile(join(from, name), join(part, name))
    await chmod(join(part, name), 0o644)
  }
  await rename(part, to)
}

const bundlePrefix = 'bundle-'

function bundleFolder(folder: string, digest: string): string {
  return join(folder, `${bundlePrefix}${digest.replace(/^sha256:/, '').slice(0, 16)}`)
}

/** Bundles that nobody serves any more. */
async function removeOtherBundles(folder: string, digest: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name)
    if (!name.startsWith(bundlePrefix) || path === bundleFolder(folder, digest)) continue
    await rm(path, { recursive: true, force: true, maxRetries: 3 })
  }
}

/** The process that holds a deployment's port, if it lives. */
async function findLive(folder: string): Promise<ServerProcess | null> {
  const recorded = await readServerProcess(folder)
  return recorded && isAlive(recorded.pid, recorded.started) ? recorded : null
}

/**
 * The wanted port, or a free one. Where the deployment's own holder died on that port, the server behind it may take a
 * moment to notice. Throws `port-taken`.
 */
async function portFor(folder: string, wanted: number | null, signal = new AbortController().signal): Promise<number> {
  const dead = wanted === null ? null : await readServerProcess(folder)
  const isOwn = dead?.port === wanted && !isAlive(dead.pid, dead.started)
  for (const end = Date.now() + lingerMs; isOwn && Date.now() < end; await pause(100, signal)) {
    const port = await choosePort(wanted).catch(error => {
      if (toAppError(error).code !== 'port-taken') throw error
      return null
    })
    if (port !== null) return port
  }
  return choosePort(wanted)
}

/** The process that is recorded and not there any more, with the last that its log says. */
async function goneReplicas(folder: string): Promise<Replica[]> {
  const recorded = await readServerProcess(folder)
  if (!recorded) return []
  const { lines } = await readEnd(folder, 1)
  const reason = withLastLines('The process is gone', lines.join('\n').slice(0, 500))
  return [{ name: nameOf(recorded), state: 'stopped', restarts: 0, imageDigest: null, reason }]
}

/** Why a server is away that its holder starts again. */
function awayUntil(ended: string, nextAt: number): string {
  const seconds = Math.ceil((nextAt - Date.now()) / 1000)
  return `${ended}. It is started again ${seconds > 0 ? `in ${seconds} s` : 'now'}`
}

/** What a plan compares: nothing of it is a secret. */
function shown({ model, version, bundleDigest, port }: Omit<ServerProcess, 'pid' | 'started' | 'control'>) {
  return { model: `${model}:${version}`, bundle: bundleDigest, address: urlOf({ port }), server: 'ready' }
}

/** The same of what runs, as it says itself. */
async function shownLive(live: ServerProcess, signal?: AbortSignal) {
  const state = await askServer(urlOf(live), signal)
  const server = state?.isReady ? 'ready' : state ? 'not ready' : 'does not answer'
  return { ...shown(live), bundle: state?.digest ?? live.bundleDigest, server }
}

/** A model server as a process of this machine, listening on 127.0.0.1; it outlives engine and window. */
export const local: DeploymentTarget = {
  id: 'local',

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

  async plan(spec, signal) {
    const live = await findLive(spec.folder)
    const object = `process of the model server for ${spec.deployment}`
    if (!live) {
      const port = spec.port === null ? 'a free port' : `port ${await portFor(spec.folder, spec.port, signal)}`
      const { model, version, bundleDigest } = spec
      const after = { model: `${model}:${version}`, bundle: bundleDigest, address: `${port} of 127.0.0.1` }
      return {
        steps: [
          `Copy the bundle ${spec.bundleDigest} to ${spec.folder}`,
          `Start the model server on ${port} of 127.0.0.1`,
          'Wait until it is ready and its golden rows agree',
        ],
        changes: [changeOf(object, null, after)],
      }
    }
    const port = spec.port ?? live.port
    if (port !== live.port) await choosePort(port)
    const changes = [changeOf(object, await shownLive(live, signal), shown({ ...spec, port }), 'replace')]
    if (changesNothing(changes)) return { steps: [nothingWouldChange], changes }
    return {
      steps: [
        `Start the model server of ${spec.model}:${spec.version} beside the one of ${live.model}:${live.version}`,
        'Wait until it is ready and its golden rows agree',
        `Hand it ${urlOf({ port })}, and end the old one when it has answered what it was asked: no request fails`,
      ],
      changes,
    }
  },

  async apply(spec, context) {
    const before = await findLive(spec.folder)
    if (before) {
      const asked = shown({ ...spec, port: spec.port ?? before.port })
      if (fieldsThatDiffer(await shownLive(before, context.signal), asked).length === 0) return applied(before)
    }
    const holder = before && (await connectHolder(before, context.signal))
    if (before && !holder) {
      context.log(
        'What holds the port does not answer; it is ended, and the service is away until the new one is ready',
      )
      await endServer(before, context.signal)
    }
    await mkdir(spec.folder, { recursive: true })
    const wanted = spec.port ?? before?.port ?? null
    const isHeld = holder !== null && wanted === before?.port
    const { model, version, bundleDigest } = spec
    const bundle = bundleFolder(spec.folder, bundleDigest)
    let made: ServerProcess | null = null
    try {
      const served = {
        port: isHeld ? wanted! : await portFor(spec.folder, wanted, context.signal),
        model,
        version,
        bundleDigest,
      }
      context.progress(0.1, 'copying the bundle')
      if (before?.bundleDigest !== bundleDigest) await copyBundle(context.bundleFolder, bundle)
      context.progress(0.4, 'starting the model server')
      if (!holder) made = await startHolder(spec.folder, served)
      const door = holder ?? (await connectHolder(made!, context.signal))
      if (!door) throw new AppError('not-ready', 'The process that is to hold the port ended at once')
      await serveNext(door, { bundle, served, signal: context.signal })
      const server = { ...(made ?? before!), ...served }
      await writeServerProcess(spec.folder, server)
      context.log(`The model server of ${model}:${version} (process ${server.pid}) is at ${urlOf(server)}`)
      await removeOtherBundles(spec.folder, bundleDigest)
      return applied(server)
    } catch (error) {
      holder?.destroy()
      if (made) await endServer(made, new AbortController().signal, 500)
      if (before && holder) {
        await removeOtherBundles(spec.folder, before.bundleDigest)
        throw servesOn(error, before)
      }
      await rm(spec.folder, { recursive: true, force: true })
      throw error
    }
  },

  async observe({ folder, deployment }, signal) {
    const server = await findLive(folder)
    if (!server) {
      const each = await goneReplicas(folder)
      const error = new AppError('not-ready', 'The server process is gone', {
        mend: `Deploy "${deployment.deployment}" again.`,
      })
      return {
        status: 'stopped',
        replicas: { wanted: 1, ready: 0, each },
        error: error.toJSON(),
        bundleDigest: null,
      }
    }
    const state = await askServer(urlOf(server), signal)
    const bundleDigest = state?.digest ?? null
    const since = await readHolderState(folder)
    const replica = { name: nameOf(server), restarts: since?.restarts ?? 0, imageDigest: null }
    if (state?.isReady) {
      const replicas = { wanted: 1, ready: 1, each: [{ ...replica, state: 'ready' as const, reason: null }] }
      return { status: 'ready', replicas, error: null, bundleDigest }
    }
    const silence = state ? 'The server says that it is not ready' : 'The server does not answer'
    const reason = since && since.nextAt !== null ? awayUntil(since.ended, since.nextAt) : silence
    const replicas = { wanted: 1, ready: 0, each: [{ ...replica, state: 'failing' as const, reason }] }
    return { status: 'degraded', replicas, error: new AppError('not-ready', reason).toJSON(), bundleDigest }
  },

  async endpoints(place: Place) {
    const server = await findLive(place.folder)
    return server ? [urlOf(server)] : []
  },

  logs: localLog,

  async remove({ folder }, context) {
    const server = await readServerProcess(folder)
    context.progress(0.2, 'ending the model server')
    if (server) await endServer(server, context.signal)
    await rm(folder, { recursive: true, force: true, maxRetries: 3 })
  },
}
