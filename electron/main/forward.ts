import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import type { RuntimeInfo } from '../headless/join-engine.ts'

/** Of a request: what the engine judges by is said anew here, and what concerns one connection stays on it. */
const ownHeaders =
  /^(host|origin|referer|cookie|authorization|connection|keep-alive|transfer-encoding|upgrade|te|sec-.*|x-lathe-.*)$/i
/** Of an answer. */
const connectionHeaders = /^(connection|keep-alive|transfer-encoding|set-cookie)$/i
const withoutBody = new Set([204, 205, 304])

/**
 * Sends a request of the page on to the engine with the token, and gives its answer; bodies stream both ways and nothing is cut
 * off for being quiet (Node's fetch ends a body after five silent minutes). An abort of the request (of which Electron tells
 * nothing), or of reading the answer, ends it at the engine too. `onBroken` hears of an answer that the engine did not end.
 * Rejects with Node's error when the engine cannot be reached.
 */
export function forward(request: Request, engine: RuntimeInfo, onBroken = () => {}): Promise<Response> {
  const { pathname, search } = new URL(request.url)
  const headers: Record<string, string> = { authorization: `Bearer ${engine.token}` }
  request.headers.forEach((value, name) => {
    if (!ownHeaders.test(name)) headers[name] = value
  })
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      { host: '127.0.0.1', port: engine.port, method: request.method, path: `${pathname}${search}`, headers },
      answer => {
        answer.once('error', onBroken)
        resolve(toResponse(answer))
      },
    )
    sent.once('error', reject)
    request.signal.addEventListener('abort', () => sent.destroy(new Error('The page asks no longer')), { once: true })
    sendBody(request, sent)
  })
}

function sendBody(request: Request, sent: ClientRequest): void {
  if (!request.body) return void sent.end()
  const body = Readable.fromWeb(request.body as ReadableStream)
  body.once('error', error => sent.destroy(error))
  sent.once('close', () => body.destroy())
  body.pipe(sent)
}

function toResponse(answer: IncomingMessage): Response {
  const headers = new Headers()
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    if (!connectionHeaders.test(name)) for (const value of values ?? []) headers.append(name, value)
  }
  const status = answer.statusCode ?? 502
  if (withoutBody.has(status)) {
    answer.resume()
    return new Response(null, { status, headers })
  }
  return new Response(Readable.toWeb(answer) as unknown as globalThis.ReadableStream, { status, headers })
}
