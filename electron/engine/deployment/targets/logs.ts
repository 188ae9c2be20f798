import { AppError } from '../../../../shared/errors.ts'
import { shorten } from '../../../../shared/lib/shorten.ts'
import type { ServiceLog } from '../../../../shared/model/service-log.ts'

export interface LogRequest {
  /** The first one where it is null. */
  replica: string | null
  cursor: string | null
  /** At most so many lines: the newest, or after a cursor the next. */
  limit: number
}

/** A longer line is cut: nobody reads it, and a window would have to draw it. */
const longestLine = 20_000

export function shortLine(line: string): string {
  return shorten(line, longestLine)
}

/** The replica that is asked for, or the first. Throws `not-found` naming those that there are. */
export function chooseReplica(replicas: readonly string[], { replica }: LogRequest, deployment: string): string {
  const chosen = replica === null ? replicas[0] : replicas.find(each => each === replica)
  if (chosen !== undefined) return chosen
  const what = replica === null ? 'no replica whose log could be read' : `no replica "${replica}"`
  throw new AppError('not-found', `"${deployment}" has ${what}`, {
    mend: replicas.length ? `There are ${replicas.join(', ')}.` : 'It may be gone: `lathe deployments` says.',
  })
}

/** Whole nanoseconds in nine digits, so that two times compare as texts. */
function padded(time: string): string {
  const [, seconds = '', fraction = ''] = /^([^.Z]*)\.?(\d*)Z$/.exec(time) ?? []
  return `${seconds}.${fraction.padEnd(9, '0')}Z`
}

/** The whole second of a cursor, from which both Docker and Kubernetes are asked. */
export function secondOf(cursor: string | null): string | null {
  return cursor && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(cursor) ? `${cursor.slice(0, 19)}Z` : null
}

/**
 * Lines that each begin with their time in RFC 3339: the next ones after the cursor, or the newest without one. The next
 * cursor is the time of the last, which all lines of that time come with.
 */
export function afterCursor(
  text: string,
  { cursor, limit }: LogRequest,
): Pick<ServiceLog, 'lines' | 'leftOut' | 'cursor'> {
  let last = secondOf(cursor) ? cursor! : ''
  const lines: string[] = []
  for (const stamped of text.split('\n')) {
    const space = stamped.indexOf(' ')
    if (space < 0) continue
    const time = padded(stamped.slice(0, space))
    if (cursor !== null && time <= cursor) continue
    if (cursor !== null && lines.length >= limit && time > last) break
    if (time > last) last = time
    lines.push(shortLine(stamped.slice(space + 1).replace(/\r$/, '')))
  }
  return { lines: cursor === null ? lines.slice(-limit) : lines, leftOut: 0, cursor: last }
}
