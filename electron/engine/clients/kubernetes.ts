import { existsSync } from 'node:fs'
import type { RequestOptions } from 'node:https'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { KubeConfig } from '@kubernetes/client-node'
import { AppError } from '../../../shared/errors.ts'
import { egress } from './egress.ts'
import { type HttpAnswer, httpRequest } from './http.ts'

export interface KubernetesObject {
  apiVersion: string
  kind: string
  metadata: {
    name: string
    namespace?: string
    labels?: Record<string, string>
    annotations?: Record<string, string>
    uid?: string
    resourceVersion?: string
    generation?: number
    deletionTimestamp?: string
  }
  [field: string]: unknown
}

export interface ClusterCall {
  method?: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  body?: unknown
  query?: Record<string, string>
  contentType?: string
  signal?: AbortSignal
  timeoutMs?: number
}

/** What server-side apply knows our fields by. */
const fieldManager = 'lathe'

/** The files that the user's settings name; the library's own fallbacks (a made-up local cluster) are not wanted. */
function configFiles(): string[] {
  const named = process.env.KUBECONFIG?.split(delimiter) ?? [join(homedir(), '.kube', 'config')]
  return named.filter(file => file !== '' && existsSync(file))
}

async function loadConfig(): Promise<KubeConfig | null> {
  const files = configFiles()
  if (!files.length) return null
  const { KubeConfig } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  try {
    for (const [i, file] of files.entries()) {
      const part = i === 0 ? config : new KubeConfig()
      part.loadFromFile(file)
      if (part !== config) config.mergeConfig(part)
    }
  } catch (error) {
    throw new AppError('cluster-unavailable', `The kubeconfig cannot be read: ${(error as Error).message}`, {
      mend: 'Check the file that KUBECONFIG names, or ~/.kube/config.',
      cause: error,
    })
  }
  return config
}

/** The contexts that the user's kubeconfig names. */
export async function listContexts(): Promise<string[]> {
  return (await loadConfig())?.getContexts().map(context => context.name) ?? []
}

/** A cluster's API as one named context of the user's kubeconfig reaches it. The current context is never used unasked. */
export class Cluster {
  readonly context: string
  readonly #server: string
  readonly #config: KubeConfig

  private constructor(context: string, server: string, config: KubeConfig) {
    this.context = context
    this.#server = server.replace(/\/$/, '')
    this.#config = config
  }

  /** Throws `bad-input` without a context and `not-found` for an unknown one, listing those there are. */
  static async open(context: string | undefined): Promise<Cluster> {
    const config = await loadConfig()
    const names = config?.getContexts().map(known => known.name) ?? []
    const known = names.length ? `Known contexts: ${names.join(', ')}.` : 'The kubeconfig names no context.'
    if (!context)
      throw new AppError('bad-input', 'A cluster needs its context named', { mend: `Add --context. ${known}` })
    if (!config || !names.includes(context)) {
      throw new AppError('not-found', `There is no Kubernetes context "${context}"`, { mend: known })
    }
    config.setCurrentContext(context)
    const cluster = config.getCurrentCluster()
    if (!cluster) {
      throw new AppError('bad-input', `The context "${context}" names a cluster that the kubeconfig does not hold`)
    }
    return new Cluster(context, cluster.server, config)
  }

  /** Host name of the API server, without port. */
  get host(): string {
    return new URL(this.#server).hostname
  }

  /** One call, answer as it came. Throws `cluster-unavailable` only where there is no answer. */
  async call(path: string, options: ClusterCall = {}): Promise<HttpAnswer> {
    const connection: RequestOptions = { headers: {} }
    const query = options.query ? `?${new URLSearchParams(options.query)}` : ''
    const text = options.body === undefined ? undefined : JSON.stringify(options.body)
    const timeout = AbortSignal.timeout(options.timeoutMs ?? 30_000)
    try {
      // Before anything else: a login helper that the kubeconfig names may connect by itself.
      const { hostname, port } = new URL(this.#server)
      egress.require(hostname, Number(port || 443), 'Kubernetes')
      await this.#config.applyToHTTPSOptions(connection)
      const { headers, agent, ...tls } = connection
      const proxy = this.#config.getCurrentCluster()?.proxyUrl
      if (proxy) egress.note(new URL(proxy).hostname, Number(new URL(proxy).port), 'Kubernetes')
      return await httpRequest(`${this.#server}${path}${query}`, {
        method: options.method ?? 'GET',
        headers: {
          ...(headers as Record<string, string>),
          accept: 'application/json',
          ...(text === undefined
            ? {}
            : { 'content-type': options.contentType ?? 'application/json', 'content-length': Buffer.byteLength(text) }),
        },
        body: text,
        why: 'Kubernetes',
        connection: { ...tls, ...(proxy ? { agent } : {}) } as RequestOptions & { ca?: Buffer },
        signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
      })
    } catch (error) {
      if (options.signal?.aborted) throw options.signal.reason
      if (error instanceof AppError) throw error
      const reason = timeout.aborted ? 'no answer in time' : (error as Error).message
      throw new AppError(
        'cluster-unavailable',
        `The cluster of context "${this.context}" cannot be reached: ${reason}`,
        {
          mend: `Is ${this.#server} up, and can this machine reach it?`,
          cause: error,
        },
      )
    }
  }

  /** One call whose answer is an object; null for 404. Throws `forbidden`, `bad-input` or `cluster-unavailable` with the server's words. */
  async object<Value>(path: string, options: ClusterCall = {}): Promise<Value | null> {
    const answer = await this.call(path, options)
    if (answer.status === 404 && options.method !== 'POST') return null
    if (answer.status >= 300) throw this.#refusal(answer, path)
    return JSON.parse(answer.body.toString('utf8')) as Value
  }

  async list<Item>(path: string, labels: string, signal?: AbortSignal): Promise<Item[]> {
    const answer = await this.object<{ items: Item[] }>(path, { query: { labelSelector: labels }, signal })
    return answer?.items ?? []
  }

  /** Server-side apply with our own field manager; with `dryRun` the server checks everything and keeps nothing. */
  async apply(path: string, object: KubernetesObject, options: { dryRun?: boolean; signal?: AbortSignal } = {}) {
    const answer = await this.call(path, {
      method: 'PATCH',
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager, force: 'true', ...(options.dryRun ? { dryRun: 'All' } : {}) },
      body: object,
      signal: options.signal,
    })
    if (answer.status >= 300) throw this.#refusal(answer, `${object.kind} ${object.metadata.name}`)
    const applied = JSON.parse(answer.body.toString('utf8')) as KubernetesObject
    return { object: applied, isNew: answer.status === 201 }
  }

  /** Asks for the object's end; what is gone already is no error. */
  async remove(path: string, options: { foreground?: boolean; signal?: AbortSignal } = {}): Promise<void> {
    const body = { propagationPolicy: options.foreground ? 'Foreground' : 'Background' }
    const answer = await this.call(path, { method: 'DELETE', body, signal: options.signal })
    if (answer.status >= 300 && answer.status !== 404 && answer.status !== 409) throw this.#refusal(answer, path)
  }

  #refusal(answer: HttpAnswer, what: string): AppError {
    let reason = answer.body.toString('utf8').slice(0, 2000)
    try {
      reason = (JSON.parse(reason) as { message?: string }).message ?? reason
    } catch {
      // Not the API's own words, but the best there are.
    }
    const text = `The cluster of context "${this.context}" refused ${what}: ${reason}`
    if (answer.status === 401) {
      return new AppError('unauthorized', text, { mend: 'Renew the login of this context, then try again.' })
    }
    if (answer.status === 403) {
      return new AppError('forbidden', text, { mend: 'Use a context that may do this, or ask for the right.' })
    }
    if (answer.status === 409) return new AppError('conflict', text)
    return new AppError(answer.status >= 500 || answer.status === 429 ? 'cluster-unavailable' : 'bad-input', text)
  }
}
