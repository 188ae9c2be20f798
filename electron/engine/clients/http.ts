import type { IncomingHttpHeaders, RequestOptions } from 'node:http'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { egress, type Purpose } from './egress.ts'

export interface HttpOptions {
  /** For the ledger of connections. */
  why: Purpose
  method?: string
  headers?: Record<string, string | number>
  body?: Uint8Array | string | Readable
  /** TLS material, as node:https takes it; an agent of its own for what goes through a proxy. */
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
export async function httpRequest(url: string, options: HttpOptions): Promise<HttpAnswer> {
  const { hostname, port, protocol } = new URL(url)
  egress.require(hostname, Number(port || (protocol === 'https:' ? 443 : 80)), options.why)
  const send = protocol === 'https:' ? tlsRequest : plainRequest
  const outgoing = send(url, {
    agent: egress.agent(protocol, options.why),
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

/** Statuses that have no body, as the fetch standard has it. */
const bodiless = new Set([204, 205, 304])

/** One request as `fetch` makes it, but through the one gate: the answer's body is a stream, no redirect is followed. */
export async function httpFetch(
  url: string,
  options: Pick<HttpOptions, 'why' | 'method' | 'headers' | 'signal'> & { body?: string },
): Promise<Response> {
  const { hostname, port, protocol } = new URL(url)
  egress.require(hostname, Number(port || (protocol === 'https:' ? 443 : 80)), options.why)
  const { why, body, ...rest } = options
  const send = protocol === 'https:' ? tlsRequest : plainRequest
  const outgoing = send(url, { ...rest, agent: egress.agent(protocol, why) })
  outgoing.end(body)
  return new Promise((resolve, reject) => {
    outgoing.once('error', reject)
    outgoing.once('response', response => {
      const status = response.statusCode ?? 0
      if (bodiless.has(status)) response.resume()
      const content = bodiless.has(status) ? null : (Readable.toWeb(response) as ReadableStream<Uint8Array>)
      const headers = Object.entries(response.headersDistinct).flatMap(([name, values]) =>
        (values ?? []).map((value): [string, string] => [name, value]),
      )
      resolve(new Response(content, { status, headers }))
    })
  })
}
