import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync, rmSync } from 'node:fs'
import { mkdir, rm, stat, statfs } from 'node:fs/promises'
import { basename, isAbsolute, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { Clock } from '../base/index.ts'

const prefix = 'upload:'
const heldPrefix = 'held:'
const keptMs = 12 * 3600 * 1000
const sweepEveryMs = 600_000
/** What must stay free on the disk after an upload. */
const spareBytes = 256 * 1024 * 1024

export interface LocalFile {
  /** Absolute. */
  path: string
  /** As its owner calls it. */
  name: string
  /** True when it lies here only to be read once. */
  isUpload: boolean
}

export interface UploadService {
  /** The file behind an absolute path, `upload:ID` or `held:ID`. Throws `bad-input` for another path, `not-found` for an upload that is gone. */
  resolve(reference: string): LocalFile
  /**
   * Writes what comes to the disk. Throws `disk-full` before the first byte where it would not fit, `bad-input` when fewer bytes
   * came than were said; then nothing of it is kept.
   */
  receive(
    body: Readable,
    file: { fileName: string; sizeBytes: number },
  ): Promise<{ file: string; fileName: string; sizeBytes: number }>
  /** Gives a reference to a file that stays where it is, for a page that shall not name paths. Throws `bad-input` for another path. */
  hold(path: string): { file: string; fileName: string }
  /** Removes an upload; any other reference is left alone. */
  forget(reference: string): void
  close(): void
}

export function createUploads({ workspace, clock }: { workspace: string; clock: Clock }): UploadService {
  const folder = join(workspace, 'tmp', 'uploads')
  const known = new Map<string, { path: string; name: string; usedAt: number }>()

  const held = new Map<string, string>()

  const forget = (reference: string) => {
    if (!known.delete(reference)) return
    rmSync(join(folder, reference.slice(prefix.length)), { recursive: true, force: true })
  }
  const sweep = setInterval(() => {
    for (const [reference, { usedAt }] of known) if (clock() - usedAt > keptMs) forget(reference)
  }, sweepEveryMs)
  sweep.unref()

  return {
    forget,
    hold(path) {
      if (!isAbsolute(path)) throw new AppError('bad-input', `The file must be named by its full path, not "${path}"`)
      const file = `${heldPrefix}${randomBytes(12).toString('hex')}`
      held.set(file, path)
      return { file, fileName: basename(path) }
    },
    resolve(reference) {
      if (reference.startsWith(heldPrefix)) {
        const path = held.get(reference)
        if (path === undefined) {
          throw new AppError('not-found', 'The engine has started anew since that file was chosen', {
            mend: 'Choose the file again.',
          })
        }
        return { path, name: basename(path), isUpload: false }
      }
      if (!reference.startsWith(prefix)) {
        if (!isAbsolute(reference))
          throw new AppError('bad-input', `The file must be named by its full path, not "${reference}"`)
        return { path: reference, name: basename(reference), isUpload: false }
      }
      const found = known.get(reference)
      if (!found || !existsSync(found.path)) {
        throw new AppError('not-found', 'The uploaded file is no longer here', { mend: 'Choose the file again.' })
      }
      found.usedAt = clock()
      return { path: found.path, name: found.name, isUpload: true }
    },
    async receive(body, { fileName, sizeBytes }) {
      const name = basename(fileName.replaceAll('\\', '/')).replace(/\p{Cc}/gu, '-') || 'file'
      const id = randomBytes(12).toString('hex')
      const own = join(folder, id)
      await mkdir(own, { recursive: true })
      try {
        const { bavail, bsize } = await statfs(own)
        if (bavail * bsize < sizeBytes + spareBytes) {
          throw new AppError(
            'disk-full',
            `${name} (${formatBytes(sizeBytes)}) does not fit on the disk of this workspace`,
            {
              mend: 'Free some space, or give the path of the file instead: then it is read where it lies.',
            },
          )
        }
        // The name of the file is data, and may be longer than a file system lets a name be.
        const path = join(own, `content${/\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? ''}`)
        await pipeline(body, createWriteStream(path))
        const { size } = await stat(path)
        if (size !== sizeBytes) {
          throw new AppError('bad-input', `${name} came with ${formatBytes(size)} of ${formatBytes(sizeBytes)}`, {
            mend: 'Choose the file again.',
          })
        }
        known.set(`${prefix}${id}`, { path, name, usedAt: clock() })
        return { file: `${prefix}${id}`, fileName: name, sizeBytes }
      } catch (error) {
        await rm(own, { recursive: true, force: true })
        const code = (error as { code?: string }).code
        if (code === 'ENOSPC') {
          throw new AppError('disk-full', `The disk is full: ${name} was not kept`, {
            mend: 'Free some space, or give the path of the file instead: then it is read where it lies.',
            cause: error,
          })
        }
        if (code === 'ERR_STREAM_PREMATURE_CLOSE')
          throw new AppError('cancelled', `${name} was not sent to its end`, { cause: error })
        throw error
      }
    },
    close() {
      clearInterval(sweep)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
