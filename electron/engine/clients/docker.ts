import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type Docker from 'dockerode'
import { AppError } from '../../../shared/errors.ts'
import { egress } from './egress.ts'

export type { Docker }

export interface DockerEndpoint {
  /** `unix:///…`, `npipe:////./pipe/…`, `tcp://host:port` or `ssh://…`. */
  host: string
  /** Where it was named: DOCKER_HOST, a context of Docker's, or the platform's default. */
  source: string
  /** Folder with ca.pem, cert.pem and key.pem for TLS over TCP. */
  tlsFolder?: string
}

const defaultHost = process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock'

/** Which engine the user's own Docker settings name: DOCKER_HOST, else Docker's current context, else the default. */
export async function findDockerEndpoint(environment: NodeJS.ProcessEnv = process.env): Promise<DockerEndpoint> {
  if (environment.DOCKER_HOST) {
    const usesTls = Boolean(environment.DOCKER_TLS_VERIFY)
    const tlsFolder = environment.DOCKER_CERT_PATH ?? join(homedir(), '.docker')
    return { host: environment.DOCKER_HOST, source: 'DOCKER_HOST', ...(usesTls ? { tlsFolder } : {}) }
  }
  const folder = environment.DOCKER_CONFIG || join(homedir(), '.docker')
  const config = await readJson<{ currentContext?: string }>(join(folder, 'config.json'))
  const context = environment.DOCKER_CONTEXT || config?.currentContext
  if (!context || context === 'default') return { host: defaultHost, source: 'default' }
  const id = createHash('sha256').update(context).digest('hex')
  const meta = await readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    join(folder, 'contexts/meta', id, 'meta.json'),
  )
  const host = meta?.Endpoints?.docker?.Host
  if (!host) {
    throw new AppError('docker-unavailable', `Docker's context "${context}" is not known here`, {
      mend: 'List the contexts with `docker context ls`, or set DOCKER_HOST.',
    })
  }
  return { host, source: `context ${context}`, tlsFolder: join(folder, 'contexts/tls', id, 'docker') }
}

async function readJson<Value>(file: string): Promise<Value | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Value
  } catch {
    return null
  }
}

async function readTls(folder: string | undefined) {
  if (!folder) return {}
  const [ca, cert, key] = await Promise.all(
    ['ca.pem', 'cert.pem', 'key.pem'].map(name => readFile(join(folder, name)).catch(() => undefined)),
  )
  return { ca, cert, key }
}

/** Opens the engine and asks it for a sign of life. Throws `docker-unavailable`. */
export async function openDocker(environment: NodeJS.ProcessEnv = process.env): Promise<Docker> {
  const endpoint = await findDockerEndpoint(environment)
  const { default: DockerClient } = await import('dockerode')
  const url = new URL(endpoint.host)
  const tls = await readTls(endpoint.tlsFolder)
  const docker =
    url.protocol === 'unix:' || url.protocol === 'npipe:'
      ? new DockerClient(local(decodeURIComponent(endpoint.host.slice(url.protocol.length + 2))))
      : new DockerClient({ ...remote(url, tls), ...tls })
  try {
    await within(10_000, docker.ping())
  } catch (error) {
    throw dockerFailure(error, `The Docker engine at ${endpoint.host} (${endpoint.source}) does not answer`)
  }
  return docker
}

/** Through a socket of the file system. */
function local(socketPath: string) {
  return { socketPath, agent: egress.agent('http:', 'Docker') }
}

/** An engine over the network. What goes through SSH is made by its library: known to the ledger without its bytes. */
function remote(url: URL, tls: { ca?: Buffer }) {
  const isSsh = url.protocol === 'ssh:'
  const port = Number(url.port || (isSsh ? 22 : tls.ca ? 2376 : 2375))
  if (isSsh) egress.note(url.hostname, port, 'Docker')
  else egress.require(url.hostname, port, 'Docker')
  const protocol = isSsh ? 'ssh' : tls.ca ? 'https' : 'http'
  return {
    host: url.hostname,
    port,
    protocol: protocol as 'ssh' | 'https' | 'http',
    ...(isSsh ? {} : { agent: egress.agent(`${protocol}:`, 'Docker') }),
    ...(url.username ? { username: url.username } : {}),
  }
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${timeoutMs / 1000} s`)), timeoutMs)
  })
  await Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** What an engine's refusal or absence means for the user; an AppError passes as it is. */
export function dockerFailure(error: unknown, what: string): AppError {
  if (error instanceof AppError) return error
  const { statusCode, json, message } = error as { statusCode?: number; json?: { message?: string }; message?: string }
  const reason = json?.message ?? message ?? String(error)
  if (statusCode === undefined) {
    return new AppError('docker-unavailable', `${what}: ${reason}`, {
      mend: 'Start Docker (or set DOCKER_HOST), or use `--engine oci` and `--target local`, which need none.',
      cause: error,
    })
  }
  if (/port is already allocated|address already in use/i.test(reason)) {
    return new AppError('port-taken', `${what}: ${reason}`, { mend: 'Name another port with --port.', cause: error })
  }
  if (statusCode === 404) return new AppError('not-found', `${what}: ${reason}`, { cause: error })
  if (statusCode === 409) return new AppError('conflict', `${what}: ${reason}`, { cause: error })
  if (/no space left/i.test(reason)) return new AppError('disk-full', `${what}: ${reason}`, { cause: error })
  return new AppError('docker-unavailable', `${what}: ${reason}`, { cause: error })
}

/** The engine's version. Throws `docker-unavailable`. */
export async function dockerInfo(signal?: AbortSignal): Promise<{ version: string }> {
  const docker = await openDocker()
  signal?.throwIfAborted()
  const { Version } = await docker.version()
  return { version: Version }
}
