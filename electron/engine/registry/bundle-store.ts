import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from 'better-sqlite3'
import { AppError } from '../../../shared/errors.ts'
import { BundleManifest } from '../../../shared/inference/bundle.ts'
import { sha256, sha256File } from '../base/index.ts'
import type { ContentStore } from './content-store.ts'

type BundleFile = BundleManifest['files'][number]

/** Model bundles: a row for the manifest, the files in the content store. */
export class BundleStore {
  readonly #database: Database
  readonly #store: ContentStore

  constructor(database: Database, store: ContentStore) {
    this.#database = database
    this.#store = store
  }

  /**
   * Takes the files of a bundle folder into the store and gives its digest; call it in a job's `adopt`, then `record` in
   * the commit. Throws `digest-mismatch` when a file is not what `bundle.json` says.
   */
  async adopt(folder: string): Promise<AdoptedBundle> {
    const text = await readFile(join(folder, 'bundle.json'), 'utf8')
    const manifest = BundleManifest.parse(JSON.parse(text))
    for (const file of manifest.files) {
      const adopted = await this.#store.adopt(join(folder, file.path))
      if (adopted.sha256 !== file.sha256) throw changedFile(file.path)
    }
    return {
      digest: `sha256:${sha256(text)}`,
      text,
      sizeBytes: manifest.files.reduce((sum, file) => sum + file.sizeBytes, 0),
    }
  }

  /** Writes the row. Inside a transaction; repeating it changes nothing. */
  record(bundle: AdoptedBundle, nowMs: number): void {
    this.#database
      .prepare('INSERT OR IGNORE INTO bundles (digest, manifest, size_bytes, created_at) VALUES (?, ?, ?, ?)')
      .run(bundle.digest, bundle.text, bundle.sizeBytes, nowMs)
  }

  /** Throws `not-found` naming the file that the store lacks, without reading any. */
  requireFiles(digest: string): void {
    for (const { sha256: digestOfFile, path } of this.#manifest(digest).files) {
      if (!this.#store.has(digestOfFile)) throw missingFile(path)
    }
  }

  /** Lays the bundle out as a folder. Every file is held against its digest: a changed one is refused by name. */
  async place(digest: string, folder: string): Promise<string> {
    this.requireFiles(digest)
    const { text, files } = this.#manifest(digest)
    await mkdir(folder, { recursive: true })
    for (const file of files) {
      const path = join(folder, file.path)
      await this.#store.place(file.sha256, path)
      if ((await sha256File(path)) !== file.sha256) throw changedFile(file.path)
    }
    await writeFile(join(folder, 'bundle.json'), text)
    return folder
  }

  /** Absolute path of one stored file of a bundle, held against its digest: for reading only. */
  async file(digest: string, role: BundleFile['role']): Promise<BundleFile & { storedAt: string }> {
    const file = this.#manifest(digest).files.find(each => each.role === role)
    if (!file) throw new AppError('not-found', `The model bundle ${digest} has no file for its ${role}`)
    if (!this.#store.has(file.sha256)) throw missingFile(file.path)
    const storedAt = this.#store.pathOf(file.sha256)
    if ((await sha256File(storedAt)) !== file.sha256) throw changedFile(file.path)
    return { ...file, storedAt }
  }

  #manifest(digest: string): { text: string; files: BundleFile[] } {
    const text = this.#database.prepare('SELECT manifest FROM bundles WHERE digest = ?').pluck().get(digest) as
      | string
      | undefined
    if (text === undefined) throw new AppError('not-found', `There is no model bundle ${digest}`)
    return { text, files: BundleManifest.parse(JSON.parse(text)).files }
  }
}

export interface AdoptedBundle {
  digest: string
  text: string
  sizeBytes: number
}

function missingFile(path: string): AppError {
  return new AppError('not-found', `The workspace lacks the bundle file ${path}`, {
    mend: 'It was removed from outside Lathe; put the store folder back from a copy of the workspace.',
  })
}

function changedFile(path: string): AppError {
  return new AppError(
    'digest-mismatch',
    `The bundle file ${path} is not what its digest says: it was changed on disk`,
    {
      mend: 'Train or import the model again, or put the store folder back from a copy of the workspace.',
    },
  )
}
