import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { bundleFiles, type ReferenceColumn, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { Signature } from '../../../shared/inference/signature.ts'
import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import { sha256 } from '../base/index.ts'
import type { Registry } from '../registry/index.ts'

/** What monitoring reads of a model bundle. */
export interface Reference {
  profile: ReferenceProfile
  signature: Signature
  binSetDigest: string
}

/** SHA-256 of the bins without their counts: what two sides must agree on before counts may be added up. */
function binSetDigest({ columns, predictions }: ReferenceProfile): string {
  const bare = (column: ReferenceColumn) =>
    column.kind === 'number'
      ? { name: column.name, kind: column.kind, edges: column.edges }
      : { name: column.name, kind: column.kind, labels: column.labels }
  return sha256(canonicalJson({ columns: columns.map(bare), predictions: predictions.map(bare) }))
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
        binSetDigest: binSetDigest(profile),
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
