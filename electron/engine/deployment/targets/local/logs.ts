import { open } from 'node:fs/promises'
import { join } from 'node:path'
import type { ServiceLog } from '../../../../../shared/model/service-log.ts'
import { isAlive } from '../../../jobs/index.ts'
import { chooseReplica, type LogRequest, shortLine } from '../logs.ts'
import type { Place } from '../target.ts'
import { logFile, readServerProcess, type ServerProcess } from './server-process.ts'

/** Read at once, at most. */
const pageBytes = 512 * 1024

/** What a person calls the process. */
export function nameOf({ pid }: Pick<ServerProcess, 'pid'>): string {
  return `process ${pid}`
}

/** The cursor is which process it was, and how far its file was read. */
export async function localLog({ folder, deployment }: Place, request: LogRequest): Promise<ServiceLog> {
  const server = await readServerProcess(folder)
  const replicas = server ? [nameOf(server)] : []
  const replica = chooseReplica(replicas, request, deployment.deployment)
  const boot = `${server!.pid}/${server!.started ?? ''}`
  // Asked before it is read: what was written last is then in it.
  const isRunning = isAlive(server!.pid, server!.started)
  const { text, end } = await readFrom(join(folder, logFile), offsetIn(request.cursor, boot))
  const lines = text.split(/\r?\n/)
  // Behind the last line's end there is nothing.
  if (lines.at(-1) === '') lines.pop()
  const cursor = `${boot}@${end}`
  return { replica, replicas, lines: lines.slice(-request.limit).map(shortLine), cursor, isRunning }
}

/** Null for a cursor of another process. */
function offsetIn(cursor: string | null, boot: string): number | null {
  if (!cursor?.startsWith(`${boot}@`)) return null
  const offset = Number(cursor.slice(boot.length + 1))
  return Number.isSafeInteger(offset) && offset >= 0 ? offset : null
}

/** Whole lines from `offset`, or the last of the file where it is null; `end` is behind the last whole line. */
async function readFrom(path: string, offset: number | null): Promise<{ text: string; end: number }> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = offset === null ? Math.max(0, size - pageBytes) : Math.min(offset, size)
    const buffer = Buffer.alloc(Math.min(size - start, pageBytes))
    const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
    const bytes = buffer.subarray(0, bytesRead)
    const lastEnd = bytes.lastIndexOf(0x0a) + 1
    // A line longer than a page comes in pieces.
    const end = lastEnd === 0 && bytesRead === pageBytes ? bytesRead : lastEnd
    // Read from its end, a file begins in the middle of a line.
    const begin = offset === null && start > 0 ? bytes.indexOf(0x0a) + 1 : 0
    return { text: bytes.toString('utf8', begin, end), end: start + end }
  } finally {
    await file.close()
  }
}
