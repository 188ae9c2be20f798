import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../../shared/errors.ts'

export interface Door {
  token: string
  /** `host:port` as a browser or script may write it in Host and Origin. */
  hosts: ReadonlySet<string>
  cookieName: string
}

function isToken(candidate: string | undefined, token: string): boolean {
  if (candidate === undefined) return false
  const given = Buffer.from(candidate)
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function cookie(headers: IncomingHttpHeaders, name: string): string | undefined {
  for (const part of headers.cookie?.split(';') ?? []) {
    const [key, value] = part.trim().split('=')
    if (key === name) return value
  }
  return undefined
}

/**
 * Lets a request in that names this engine as its host, comes from no other page, and carries the token (as a bearer or
 * in the strict cookie). Throws `forbidden` or `unauthorized`.
 */
export function checkRequest(headers: IncomingHttpHeaders, door: Door): void {
  checkOrigin(headers, door)
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (isToken(bearer, door.token) || isToken(cookie(headers, door.cookieName), door.token)) return
  throw new AppError('unauthorized', 'The request carries no token of this engine, or the wrong one', {
    mend: 'Open the URL that `lathe serve` prints, or send the token as `Authorization: Bearer …`.',
  })
}

/** Host and Origin against rebinding and foreign pages. */
export function checkOrigin(headers: IncomingHttpHeaders, door: Door): void {
  if (!headers.host || !door.hosts.has(headers.host)) {
    throw new AppError('forbidden', `This engine does not answer to the host "${headers.host ?? ''}"`)
  }
  const { origin } = headers
  if (origin !== undefined && !door.hosts.has(origin.replace(/^https?:\/\//, ''))) {
    throw new AppError('forbidden', 'A page of another origin may not call this engine')
  }
}

/** True when a query's `token` is the engine's: the first opening of the page, which is answered with the cookie. */
export function isEntry(token: unknown, door: Door): boolean {
  return typeof token === 'string' && isToken(token, door.token)
}
