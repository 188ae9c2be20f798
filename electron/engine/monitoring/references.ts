import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { binSetDigest } from '../../../shared/inference/bins.ts'
import { bundleFiles, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { Signature } from '../../../shared/inference/signature.ts'
import { sha256 } from '../base/index.ts'
import type { Registry } from '../registry/index.ts'

/** What monitoring reads of a model bundle. */
export interface Reference {
  profile: ReferenceProfile
  signature: Signature
  binSetDigest: string
}

/** How many bundles' references are kept in memory. */
const kept = 8

/** The training references of the bundles that this workspace holds, by bundle digest. */
export class References {
  readonly #registry: Registry
  readonly #cache = new Map<string, Reference>()

  constructor(registry: Registry) {
    this.#registry = registry
  }

  /** Null when the bundle is not of this workspace. Throws `digest-mismatch` where its files were changed. */
  async get(bundleDigest: string): Promise<Reference | null> {
    const cached = this.#cache.get(bundleDigest)
    if (cached) return cached
    const temporary = join(this.#registry.workspace, 'tmp')
    await mkdir(temporary, { recursive: true })
    const folder = await mkdtemp(join(temporary, 'reference-'))
    try {
      await this.#registry.bundles.place(bundleDigest, folder)
      const read = async (name: string) => JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown
      const profile = ReferenceProfile.parse(await read(bundleFiles.profile))
      const reference = {
        profile,
        binSetDigest: binSetDigest(profile, sha256),
        signature: Signature.parse(await read(bundleFiles.signature)),
      }
      if (this.#cache.size >= kept) this.#cache.delete(this.#cache.keys().next().value!)
      this.#cache.set(bundleDigest, reference)
      return reference
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-found') return null
      throw error
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}
