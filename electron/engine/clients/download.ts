import { open, rename, rm, stat } from 'node:fs/promises'
import { AppError } from '../../../shared/errors.ts'
import type { Purpose } from './egress.ts'
import { httpFetch } from './http.ts'

export interface DownloadOptions {
  why: Purpose
  signal: AbortSignal
  onBytes?(doneBytes: number, totalBytes: number | null): void
  /** Without a byte for this long it fails; what came is kept. */
  idleTimeoutMs?: number
}

/**
 * Fetches a file that never changes: what a call that was cut off left in `path.part` is gone on with. `path` is there whole or not
 * at all. Throws `unreachable` where the server does not give it, or gives less than it says.
 */
export async function download(url: string, path: string, options: DownloadOptions): Promise<void> {
  const { why, onBytes, idleTimeoutMs = 30_000 } = options
  const part = `${path}.part`
  let done = (await stat(part).catch(() => null))?.size ?? 0
  const idle = new AbortController()
  const signal = AbortSignal.any([options.signal, idle.signal])
  const { host } = new URL(url)
  const late = () => idle.abort(new AppError('unreachable', `${host} sends nothing more`, { mend: again }))
  let timer = setTimeout(late, idleTimeoutMs)
  try {
    const answer = await httpFetch(url, { why, signal, headers: done > 0 ? { range: `bytes=${done}-` } : {} })
    if (answer.status === 416) await rm(part, { force: true })
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel()
      throw new AppError('unreachable', `${host} answered ${answer.status} for ${url}`, { mend: again })
    }
    if (answer.status !== 206) done = 0
    const length = Number(answer.headers.get('content-length') ?? Number.NaN)
    const total = Number.isNaN(length) ? null : done + length
    const file = await open(part, answer.status === 206 ? 'a' : 'w')
    try {
      for await (const chunk of answer.body) {
        clearTimeout(timer)
        timer = setTimeout(late, idleTimeoutMs)
        await file.appendFile(chunk)
        done += chunk.length
        onBytes?.(done, total)
      }
      await file.sync()
    } finally {
      await file.close()
    }
    if (total !== null && done !== total) {
      throw new AppError('unreachable', `${host} sent ${done} bytes of ${total}`, { mend: again })
    }
    await rename(part, path)
  } catch (error) {
    options.signal.throwIfAborted()
    throw idle.signal.aborted ? idle.signal.reason : error
  } finally {
    clearTimeout(timer)
  }
}

const again = 'Try again: it goes on where it was cut off.'
