import { createORPCClient, getEventMeta, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/fetch'
import type { ContractRouterClient } from '@orpc/contract'
import { AppError, type ErrorJson, errorTable, toAppError } from '../errors.ts'
import type { StreamEvent } from './events.ts'
import type { Contract } from './index.ts'

export type LatheClient = ContractRouterClient<Contract>

export interface ClientOptions {
  /** Where the engine listens, such as `http://127.0.0.1:4711`. */
  url: string
  /** Not needed in the page, whose session (or shell) carries it. */
  token?: string
  /** In place of the global one. */
  fetch?(request: Request, init: RequestInit): Promise<Response>
}

/** A typed client of the whole contract. Every failure is an AppError; an engine that cannot be reached is `unreachable`. */
export function createLatheClient(options: ClientOptions): LatheClient {
  const link = new RPCLink({
    url: `${options.url}/rpc`,
    ...(options.fetch ? { fetch: options.fetch } : {}),
    headers: () => (options.token ? { authorization: `Bearer ${options.token}` } : {}),
    clientInterceptors: [
      async ({ next }) => {
        try {
          return await next()
        } catch (error) {
          throw fromWire(error)
        }
      },
    ],
    interceptors: [
      async ({ next }) => {
        try {
          return await next()
        } catch (error) {
          throw fromWire(error)
        }
      },
    ],
  })
  return createORPCClient(link)
}

function isErrorJson(data: unknown): data is ErrorJson {
  return (
    typeof data === 'object' && data !== null && 'code' in data && String(data.code) in errorTable && 'message' in data
  )
}

/** Any failure of a call as the AppError that the engine threw, or why the engine could not be asked. */
export function fromWire(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof ORPCError) {
    if (isErrorJson(error.data)) return AppError.fromJSON(error.data)
    return new AppError(error.status === 401 ? 'unauthorized' : 'internal', error.message)
  }
  if (error instanceof TypeError) {
    return new AppError('unreachable', 'The engine does not answer', {
      mend: 'It may have ended; the next call starts it again.',
      cause: error.cause,
    })
  }
  return toAppError(error)
}

export interface Subscription {
  /** `id` is what `after` takes. */
  onEvent(event: StreamEvent, id: string | undefined): void
  /** Told at each change: true once events flow, false when the connection is lost. */
  onConnection?(isConnected: boolean): void
  signal: AbortSignal
  /** Id of the last event that is known already; nothing is when it is left out. */
  after?: string
}

const firstRetryMs = 250
const longestRetryMs = 5000

/**
 * Listens to the event stream until `signal` aborts. A lost connection is taken up again from the last event seen, with
 * rising waits; where the engine no longer has what was missed it says so with a `reset` event.
 */
export async function subscribe(
  client: LatheClient,
  { onEvent, onConnection, signal, after }: Subscription,
): Promise<void> {
  let lastEventId = after
  let retryMs = 0
  while (!signal.aborted) {
    let end: (() => void) | undefined
    try {
      const events = await client.events.stream(undefined, { signal, lastEventId })
      // The signal of a request may be collected together with it while its body is still read (undici); so the body is ended here too.
      end = () => void events.return?.(undefined).catch(() => {})
      signal.addEventListener('abort', end, { once: true })
      onConnection?.(true)
      retryMs = 0
      for await (const event of events) {
        lastEventId = getEventMeta(event)?.id ?? lastEventId
        onEvent(event, lastEventId)
        if (signal.aborted) return
      }
    } catch {
      // Lost, refused, or never there: all end in another try.
    } finally {
      if (end) signal.removeEventListener('abort', end)
    }
    if (signal.aborted) return
    onConnection?.(false)
    retryMs = Math.min(longestRetryMs, Math.max(firstRetryMs, retryMs * 2))
    await new Promise<void>(resolve => {
      const timer = setTimeout(done, retryMs)
      signal.addEventListener('abort', done, { once: true })
      function done() {
        clearTimeout(timer)
        signal.removeEventListener('abort', done)
        resolve()
      }
    })
  }
}
