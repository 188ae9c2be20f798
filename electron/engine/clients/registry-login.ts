import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { egress, isLocalHost } from './egress.ts'

export interface RegistryLogin {
  user: string
  /** A password, or an access token in its place. */
  password: string
  /** A refresh token to be exchanged instead of user and password. */
  identityToken?: string
}

interface DockerConfig {
  auths?: Record<string, { auth?: string; identitytoken?: string; username?: string; password?: string }>
  credsStore?: string
  credHelpers?: Record<string, string>
}

export interface LoginSources {
  /** The one door for secrets; asked for `registry:HOST`, answered with `user:password`. */
  secret?(name: string): Promise<string | null>
  environment?: NodeJS.ProcessEnv
  signal?: AbortSignal
}

/** Docker Hub's logins stand under this name in Docker's configuration. */
const hubKey = 'https://index.docker.io/v1/'

/** The login for a registry host: from the secrets door, else from Docker's configuration; null for none (anonymous). */
export async function findRegistryLogin(host: string, sources: LoginSources = {}): Promise<RegistryLogin | null> {
  const own = await sources.secret?.(`registry:${host}`)
  if (own) return splitLogin(own)
  const environment = sources.environment ?? process.env
  const folder = environment.DOCKER_CONFIG || join(homedir(), '.docker')
  const text = await readFile(join(folder, 'config.json'), 'utf8').catch(() => null)
  if (text === null) return null
  const config = parseConfig(text)
  const keys = /(^|\.)docker\.io$/.test(host) ? [hubKey, host] : [host, `https://${host}`, `http://${host}`]
  for (const key of keys) {
    const helper = config.credHelpers?.[key] ?? config.credsStore
    // A helper may ask a service of the registry's for a login.
    const mayAsk = !egress.isAirGapped || isLocalHost(host.replace(/:\d+$/, ''))
    const helped = helper && mayAsk ? await askHelper(helper, key, { environment, signal: sources.signal }) : null
    if (helped) return helped
    const entry = config.auths?.[key]
    if (entry?.identitytoken) return { user: '', password: '', identityToken: entry.identitytoken }
    if (entry?.auth) return splitLogin(Buffer.from(entry.auth, 'base64').toString('utf8'))
    if (entry?.username && entry.password) return { user: entry.username, password: entry.password }
  }
  return null
}

function parseConfig(text: string): DockerConfig {
  try {
    return JSON.parse(text) as DockerConfig
  } catch {
    return {}
  }
}

function splitLogin(text: string): RegistryLogin {
  const colon = text.indexOf(':')
  return colon < 0 ? { user: text, password: '' } : { user: text.slice(0, colon), password: text.slice(colon + 1) }
}

/** Asks `docker-credential-NAME get`; null where the helper is missing or knows nothing about the host. */
function askHelper(
  name: string,
  host: string,
  options: { environment: NodeJS.ProcessEnv; signal?: AbortSignal },
): Promise<RegistryLogin | null> {
  if (!/^[\w.-]+$/.test(name)) return Promise.resolve(null)
  return new Promise(resolve => {
    const settings = { env: options.environment, signal: options.signal, timeout: 20_000 }
    const child = execFile(`docker-credential-${name}`, ['get'], settings, (error, stdout) => {
      if (error) return resolve(null)
      try {
        const { Username, Secret } = JSON.parse(stdout) as { Username?: string; Secret?: string }
        if (!Secret) return resolve(null)
        resolve(
          Username === '<token>'
            ? { user: '', password: '', identityToken: Secret }
            : { user: Username ?? '', password: Secret },
        )
      } catch {
        resolve(null)
      }
    })
    child.stdin?.on('error', () => {})
    child.stdin?.end(host)
  })
}
