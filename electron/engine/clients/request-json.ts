import { AppError, toAppError } from '../../../shared/errors.ts'
import { httpFetch } from './http.ts'

interface RequestLimits {
  timeoutMs: number
  maximumBytes: number
  signal?: AbortSignal
  method?: 'GET' | 'POST'
  /** Sent as JSON. */
  body?: unknown
  /** Over a new connection: one that was kept open may lead to the server before. */
  isFresh?: boolean
}

/**
 * Asks one address and nothing else: a redirect is refused rather than followed, time and size are bounded. Gives status
 * and parsed JSON; throws `unreachable` naming the address and what it did instead.
 */
export async function requestJson(url: string, limits: RequestLimits): Promise<{ status: number; body: unknown }> {
  const timeout = AbortSignal.timeout(limits.timeoutMs)
  const signal = limits.signal ? AbortSignal.any([timeout, limits.signal]) : timeout
  try {
    const response = await httpFetch(url, {
      why: limits.method === 'POST' ? 'rows sent to an endpoint' : 'watched endpoint',
      method: limits.method ?? 'GET',
      signal,
      headers: {
        accept: 'application/json',
        ...(limits.isFresh ? { connection: 'close' } : {}),
        ...(limits.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(limits.body === undefined ? {} : { body: JSON.stringify(limits.body) }),
    })
    if (response.status >= 300 && response.status < 400) {
      await response.body?.cancel()
      const target = response.headers.get('location') ?? 'elsewhere'
      throw new AppError('unreachable', `${url} redirects to ${target}; redirects are not followed`, {
        mend: 'Name the address that it redirects to, if you trust it.',
      })
    }
    const text = await readBounded(response, url, limits.maximumBytes)
    return { status: response.status, body: parse(text, response, url) }
  } catch (error) {
    if (limits.signal?.aborted) throw new AppError('cancelled', 'Cancelled')
    if (error instanceof AppError) throw error
    if (timeout.aborted) {
      throw new AppError('unreachable', `${url} did not answer within ${limits.timeoutMs / 1000} s`, { cause: error })
    }
    const cause = error instanceof Error && error.cause ? toAppError(error.cause) : toAppError(error)
    throw new AppError('unreachable', `${url} does not answer: ${cause.message || 'the connection failed'}`, {
      mend: 'Check that the server runs and that the address is right.',
    })
  }
}

async function readBounded(response: Response, url: string, maximumBytes: number): Promise<string> {
  if (!response.body) return ''
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.byteLength
    if (size > maximumBytes) {
      throw new AppError('unreachable', `${url} answers with more than ${maximumBytes / 1e6} MB`, {
        mend: 'This is not the answer of a model server; check the address.',
      })
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parse(text: string, response: Response, url: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    const type = response.headers.get('content-type') ?? 'no content type'
    throw new AppError('unreachable', `${url} answers ${response.status} with ${type} instead of JSON`, {
      mend: 'This is not the answer of a Lathe model server; check the address.',
    })
  }
}
