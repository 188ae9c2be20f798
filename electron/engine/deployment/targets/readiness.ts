import { createServer } from 'node:net'
import { AppError, toAppError } from '../../../../shared/errors.ts'
import { httpFetch } from '../../clients/index.ts'

/** What a model server says of itself. */
export interface ServerState {
  isReady: boolean
  digest: string | null
}

/** Asks a server once; null where nobody answers in time. */
export async function askServer(url: string, signal?: AbortSignal, timeoutMs = 1500): Promise<ServerState | null> {
  const timeout = AbortSignal.timeout(timeoutMs)
  try {
    const answer = await httpFetch(`${url}/health/ready`, {
      why: 'readiness of a model server',
      // One that was kept open may lead to the server before.
      headers: { connection: 'close' },
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
    return readServerState(answer.status, await answer.text())
  } catch {
    signal?.throwIfAborted()
    return null
  }
}

/** Reads the answer of `/health/ready`. */
export function readServerState(status: number, body: string): ServerState {
  try {
    const { model } = JSON.parse(body) as { model?: { digest?: string } }
    return { isReady: status === 200, digest: model?.digest ?? null }
  } catch {
    return { isReady: status === 200, digest: null }
  }
}

/** Throws `digest-mismatch` when a ready server serves another model than it should. */
export function requireDigest(state: ServerState, digest: string, where: string): void {
  if (state.digest === digest) return
  throw new AppError(
    'digest-mismatch',
    `${where} serves the bundle ${state.digest ?? 'of nobody knows what'}, not ${digest}`,
    {
      mend: 'Package and push this model version, and deploy that image.',
    },
  )
}

/**
 * Waits until a server is ready with the right bundle. `check` is called between two questions and throws when waiting
 * has become pointless. Throws `not-ready` after `timeoutMs`.
 */
export async function waitUntilReady(
  url: string,
  options: { digest: string; signal: AbortSignal; timeoutMs: number; check?(): Promise<void> | void },
): Promise<void> {
  const end = Date.now() + options.timeoutMs
  while (Date.now() < end) {
    options.signal.throwIfAborted()
    const state = await askServer(url, options.signal)
    if (state?.isReady) return requireDigest(state, options.digest, url)
    await options.check?.()
    await pause(100, options.signal)
  }
  throw new AppError('not-ready', `The model server at ${url} was not ready within ${options.timeoutMs / 1000} s`)
}

/** How a program went, as a clause: `ended with exit code 128 (StartError): what the engine says of it`. */
export function endedWith(exitCode: number, reason?: string, message?: string): string {
  const why = reason ? ` (${reason})` : ''
  const words = message?.trim().slice(-300)
  return `ended with exit code ${exitCode}${why}${words ? `: ${words}` : ''}`
}

/** A reason, and under it what was written last. */
export function withLastLines(reason: string, lines: string): string {
  return lines ? `${reason}.\nIts log ends with:\n${lines}` : reason
}

/** Why a replacement failed, with the word that what was live before is untouched. */
export function servesOn(error: unknown, live: { model: string; version: number | string }): unknown {
  const { code, message, mend, details } = toAppError(error)
  if (code === 'cancelled') return error
  return new AppError(code, `${message}. ${live.model}:${live.version} serves on`, { mend, details, cause: error })
}

export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted()
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', aborted)
      resolve()
    }, ms)
    const aborted = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal.addEventListener('abort', aborted, { once: true })
  })
}

/** A port of 127.0.0.1 that is free now: the wanted one, or any. Throws `port-taken`. */
export async function choosePort(wanted: number | null): Promise<number> {
  const server = createServer()
  try {
    return await new Promise((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => {
        const isTaken = error.code === 'EADDRINUSE'
        reject(isTaken ? portTaken(wanted ?? 0, error) : error)
      })
      server.listen(wanted ?? 0, '127.0.0.1', () => {
        const address = server.address()
        resolve(typeof address === 'object' && address ? address.port : 0)
      })
    })
  } finally {
    server.close()
  }
}

export function portTaken(port: number, cause?: unknown): AppError {
  return new AppError('port-taken', `Port ${port} of 127.0.0.1 is taken by another program`, {
    mend: 'Name another with --port, or leave it out to get a free one.',
    cause,
  })
}
