import type { Image, Push } from '../../../shared/model/deployment.ts'
import type { Registry } from '../registry/index.ts'

/** All SQL of the packaging domain. */
export class PackagingStore {
  readonly #registry: Registry

  constructor(registry: Registry) {
    this.#registry = registry
  }

  insertImage(image: Image, nowMs: number): void {
    this.#registry.database
      .prepare(
        'INSERT INTO images (bundle_digest, architecture, image_digest, document, created_at) VALUES (?, ?, ?, ?, ?)',
      )
      .run(image.bundleDigest, image.architecture, image.imageDigest, JSON.stringify(image), nowMs)
  }

  insertPush(push: Push, nowMs: number): void {
    this.#registry.database
      .prepare('INSERT INTO pushes (image_digest, ref, document, created_at) VALUES (?, ?, ?, ?)')
      .run(push.imageDigest, push.ref, JSON.stringify(push), nowMs)
  }

  /** The newest record of an image; null for one that was not written here. */
  image(imageDigest: string): Image | null {
    const document = this.#registry.database
      .prepare('SELECT document FROM images WHERE image_digest = ? ORDER BY image DESC LIMIT 1')
      .pluck()
      .get(imageDigest) as string | undefined
    return document === undefined ? null : (JSON.parse(document) as Image)
  }

  /** Images of a bundle, newest first. */
  images(bundleDigest: string): Image[] {
    const documents = this.#registry.database
      .prepare('SELECT document FROM images WHERE bundle_digest = ? ORDER BY image DESC LIMIT 100')
      .pluck()
      .all(bundleDigest) as string[]
    return documents.map(document => JSON.parse(document) as Image)
  }

  /** Pushes of any image of a bundle, newest first. */
  pushes(bundleDigest: string): Push[] {
    const documents = this.#registry.database
      .prepare(
        `SELECT document FROM pushes
           WHERE image_digest IN (SELECT image_digest FROM images WHERE bundle_digest = ?)
           ORDER BY push DESC LIMIT 100`,
      )
      .pluck()
      .all(bundleDigest) as string[]
    return documents.map(document => JSON.parse(document) as Push)
  }

  /** The newest push under a reference; null for one that Lathe did not push. */
  pushOf(ref: string): Push | null {
    const row = this.#registry.database
      .prepare('SELECT document FROM pushes WHERE ref = ? ORDER BY push DESC LIMIT 1')
      .get(ref) as { document: string } | undefined
    return row ? (JSON.parse(row.document) as Push) : null
  }

  /** The newest push of any image of a bundle. */
  lastPush(bundleDigest: string): Push | null {
    const row = this.#registry.database
      .prepare(
        `SELECT document FROM pushes
           WHERE image_digest IN (SELECT image_digest FROM images WHERE bundle_digest = ?)
           ORDER BY push DESC LIMIT 1`,
      )
      .get(bundleDigest) as { document: string } | undefined
    return row ? (JSON.parse(row.document) as Push) : null
  }

  pushedRefs(): string[] {
    const rows = this.#registry.database
      .prepare('SELECT ref FROM pushes GROUP BY ref ORDER BY max(push) DESC LIMIT 100')
      .all() as { ref: string }[]
    return rows.map(row => row.ref)
  }
}
