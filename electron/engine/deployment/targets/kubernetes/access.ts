import { randomBytes } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { type Cluster, egress } from '../../../clients/index.ts'
import { containerPort } from '../../../packaging/index.ts'
import { askServer, readServerState, type ServerState } from '../readiness.ts'
import { type Names, paths } from './objects.ts'
import type { Pod } from './rollout.ts'

interface Service {
  spec?: { ports?: { nodePort?: number }[] }
}

interface Node {
  status?: { addresses?: { type: string; address: string }[] }
}

/**
 * An address of the Service that answers from this machine: its node port on this machine, on the API server's, or on a
 * node. Null where none does (a laptop outside the cluster's network).
 */
export async function findServiceUrl(
  cluster: Cluster,
  names: Names,
  signal: AbortSignal,
): Promise<{ url: string | null; nodePort: number | null }> {
  const service = await cluster.object<Service>(paths.service(names), { signal })
  const nodePort = service?.spec?.ports?.[0]?.nodePort ?? null
  if (nodePort === null) return { url: null, nodePort }
  const nodes = await cluster.call('/api/v1/nodes', { query: { limit: '5' }, signal })
  const items = nodes.status === 200 ? (JSON.parse(nodes.body.toString('utf8')) as { items: Node[] }).items : []
  const addresses = items.flatMap(node => node.status?.addresses ?? [])
  const usable = addresses.filter(({ type }) => type === 'ExternalIP' || type === 'InternalIP')
  const hosts = new Set(['127.0.0.1', cluster.host, ...usable.map(({ address }) => address)])
  const urls = [...hosts].map(host => `http://${host.includes(':') ? `[${host}]` : host}:${nodePort}`)
  const states = await Promise.all(urls.map(url => askServer(url, signal, 2000)))
  return { url: urls[states.findIndex(state => state?.isReady)] ?? null, nodePort }
}

function proxyPath(names: Names, pod: string, path: string): string {
  return `${paths.pods(names)}/${pod}:${containerPort}/proxy${path}`
}

/** Asks one pod's server through the API server, which reaches pods wherever this machine is. */
export async function askPod(cluster: Cluster, names: Names, pod: string, signal: AbortSignal): Promise<ServerState> {
  const answer = await cluster.call(proxyPath(names, pod, '/health/ready'), { signal })
  return readServerState(answer.status, answer.body.toString('utf8'))
}

const reachable = { why: 'readiness of a model server', timeoutMs: 300 } as const

/** A base URL for each pod: its own address where that is reachable, else one of our forwarder's. */
export async function podUrls(cluster: Cluster, names: Names, pods: readonly Pod[]): Promise<string[]> {
  return Promise.all(
    pods.map(async ({ metadata, status }) => {
      const ip = status?.podIP
      if (ip && (await egress.answers(ip, containerPort, reachable)))
        return `http://${ip.includes(':') ? `[${ip}]` : ip}:${containerPort}`
      return forwardedUrl(cluster, names, metadata.name)
    }),
  )
}

/** A base URL on 127.0.0.1 under which monitoring can read a pod through the API server. */
export function forwardedUrl(cluster: Cluster, names: Names, pod: string): Promise<string> {
  return forwarder.urlFor(cluster, names, pod)
}

const readablePaths = /^\/(drift|metrics|health\/(ready|live))(\?[\w=&.-]*)?$/

/**
 * Makes pods readable at 127.0.0.1 through the API server, with the user's own credentials: only what monitoring reads,
 * only under a path that nobody can guess. Starts when first needed and does not keep the process alive.
 */
class PodForwarder {
  readonly #routes = new Map<string, { cluster: Cluster; names: Names; pod: string }>()
  readonly #keys = new Map<string, string>()
  #port: Promise<number> | null = null

  async urlFor(cluster: Cluster, names: Names, pod: string): Promise<string> {
    const id = JSON.stringify([cluster.context, names.namespace, pod])
    const key = this.#keys.get(id) ?? randomBytes(24).toString('base64url')
    this.#keys.set(id, key)
    this.#routes.set(key, { cluster, names, pod })
    this.#port ??= this.#listen()
    return `http://127.0.0.1:${await this.#port}/${key}`
  }

  #listen(): Promise<number> {
    const server: Server = createServer((request, response) => {
      const [, key = '', path = ''] = /^\/([\w-]+)(\/.*)$/.exec(request.url ?? '') ?? []
      const route = this.#routes.get(key)
      if (!route || request.method !== 'GET' || !readablePaths.test(path)) {
        response.writeHead(404).end()
        return
      }
      route.cluster.call(proxyPath(route.names, route.pod, path), { timeoutMs: 10_000 }).then(
        answer => {
          const type = answer.headers['content-type'] ?? 'application/octet-stream'
          response.writeHead(answer.status, { 'content-type': type }).end(answer.body)
        },
        () => response.writeHead(502).end(),
      )
    })
    server.unref()
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  }
}
const forwarder = new PodForwarder()
