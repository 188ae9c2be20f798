import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { sha256File, syncFolder } from '../base/index.ts'

/**
 * Files by the SHA-256 of their bytes, each once, read-only: `store/ab/cdef…`. A file is there whole or not at all.
 * Hard links are used where the file system has them, so taking a file in or giving one out costs no copy.
 */
export class ContentStore {
  readonly #root: string
  readonly #temporary: string

  /** `root` and `temporary` lie on the same file system. */
  constructor(root: string, temporary: string) {
    this.#root = root
    this.#temporary = temporary
  }

  /** Absolute path of the file with these bytes, whether it is there or not. */
  pathOf(sha256: string): string {
    return join(this.#root, sha256.slice(0, 2), sha256.slice(2))
  }

  has(sha256: string): boolean {
    return existsSync(this.pathOf(sha256))
  }

  /**
   * Takes a file that Lathe wrote in and gives its digest; it becomes read-only and must not be changed afterwards.
   * Repeating it changes nothing.
   */
  async adopt(file: string, signal?: AbortSignal): Promise<{ sha256: string; sizeBytes: number }> {
    const sha256 = await sha256File(file, signal)
    const { size } = await stat(file)
    const path = this.pathOf(sha256)
    if (existsSync(path)) return { sha256, sizeBytes: size }
    await mkdir(dirname(path), { recursive: true })
    await mkdir(this.#temporary, { recursive: true })
    const temporary = join(this.#temporary, `${sha256}.${randomBytes(4).toString('hex')}`)
    try {
      await link(file, temporary).catch(() => copyFile(file, temporary))
      const handle = await open(temporary, 'r+')
      await handle.chmod(0o444)
      await handle.sync()
      await handle.close()
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
    await syncFolder(dirname(path))
    return { sha256, sizeBytes: size }
  }

  /** Puts the file at `path` (hard link, else copy). Throws `not-found` when the store lacks it. */
  async place(sha256: string, path: string): Promise<void> {
    const source = this.pathOf(sha256)
    if (!existsSync(source)) {
      throw new AppError('not-found', `The workspace lacks the stored file ${sha256}`, {
        mend: 'It was removed from outside Lathe; put the store folder back from a copy of the workspace.',
      })
    }
    await rm(path, { force: true })
    await link(source, path).catch(() => copyFile(source, path))
  }
}
