import type { IncomingHttpHeaders, RequestOptions } from 'node:http'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

export interface HttpOptions {
  method?: string
  headers?: Record<string, string | number>
  body?: Uint8Array | string | Readable
  /** TLS material, socket path or agent, as node:https takes them. */
  connection?: RequestOptions & { ca?: string | Buffer }
  signal?: AbortSignal
  /** Without a byte from the other side for this long the request fails with ETIMEDOUT. */
  idleTimeoutMs?: number
}

export interface HttpAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
}

/** One request, answer read whole. Follows no redirect, throws only where there is no answer (system error codes). */
export async function httpRequest(url: string, options: HttpOptions = {}): Promise<HttpAnswer> {
  const send = url.startsWith('https:') ? tlsRequest : plainRequest
  const outgoing = send(url, {
    ...options.connection,
    method: options.method ?? 'GET',
    headers: options.headers,
    signal: options.signal,
    timeout: options.idleTimeoutMs ?? 30_000,
  })
  const answered = new Promise<HttpAnswer>((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('timeout', () => {
      outgoing.destroy(Object.assign(new Error(`no answer from ${new URL(url).host}`), { code: 'ETIMEDOUT' }))
    })
    outgoing.once('response', response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.once('error', reject)
      response.once('end', () => {
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
      })
    })
  })
  const { body } = options
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) {
    outgoing.end(body)
    return answered
  }
  // A server may answer (and close) before it has read everything: then its answer counts, not the broken pipe.
  const sent = pipeline(body, outgoing).then(
    () => answered,
    error => Promise.race([answered, new Promise<never>((_, reject) => setTimeout(reject, 1000, error).unref())]),
  )
  return Promise.race([answered, sent])
}
