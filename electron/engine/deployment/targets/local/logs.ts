import type { ServiceLog } from '../../../../../shared/model/service-log.ts'
import { isAlive } from '../../../jobs/index.ts'
import { chooseReplica, type LogRequest, shortLine } from '../logs.ts'
import type { Place } from '../target.ts'
import { type Position, readEnd, readOn } from './log-reader.ts'
import { readServerProcess, type ServerProcess } from './server-process.ts'

/** What a person calls the process. */
export function nameOf({ pid }: Pick<ServerProcess, 'pid'>): string {
  return `process ${pid}`
}

/** The cursor is which process it was, and how far its log was read. */
export async function localLog({ folder, deployment }: Place, request: LogRequest): Promise<ServiceLog> {
  const server = await readServerProcess(folder)
  const replicas = server ? [nameOf(server)] : []
  const replica = chooseReplica(replicas, request, deployment.deployment)
  const boot = `${server!.pid}/${server!.started ?? ''}`
  // Asked before it is read: what was written last is then in it.
  const isRunning = isAlive(server!.pid, server!.started)
  const from = positionIn(request.cursor, boot)
  const page = from ? await readOn(folder, from, request.limit) : await readEnd(folder, request.limit)
  const { firstLine, offset, line } = page.position
  const cursor = `${boot}@${firstLine}:${offset}:${line}`
  return { replica, replicas, lines: page.lines.map(shortLine), leftOut: page.leftOut, cursor, isRunning }
}

/** Null for a cursor of another process. */
function positionIn(cursor: string | null, boot: string): Position | null {
  if (!cursor?.startsWith(`${boot}@`)) return null
  const [, ...numbers] = /^(\d{1,15}):(\d{1,15}):(\d{1,15})$/.exec(cursor.slice(boot.length + 1)) ?? []
  const [firstLine, offset, line] = numbers.map(Number)
  return firstLine === undefined ? null : { firstLine, offset: offset!, line: line! }
}
