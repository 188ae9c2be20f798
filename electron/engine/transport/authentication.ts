import { timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { AppError } from '../../../shared/errors.ts'

export interface Door {
  token: string
  /** `host:port` as a browser or script may write it in Host and Origin. */
  hosts: ReadonlySet<string>
}

function isToken(candidate: string | undefined, token: string): boolean {
  if (candidate === undefined) return false
  const given = Buffer.from(candidate)
  const wanted = Buffer.from(token)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

/**
 * Lets a request in that names this engine as its host, comes from no other page, and carries the token as a bearer. There is no cookie:
 * browsers send those to every port of a host, whoever listens there. Throws `forbidden` or `unauthorized`.
 */
export function checkRequest(headers: IncomingHttpHeaders, door: Door): void {
  checkOrigin(headers, door)
  const bearer = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (isToken(bearer, door.token)) return
  throw new AppError('unauthorized', 'The request carries no token of this engine, or the wrong one', {
    mend: 'Open the window anew with `lathe open`, or send the token as `Authorization: Bearer …`.',
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
