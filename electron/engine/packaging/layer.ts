import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { crc32, createDeflateRaw } from 'node:zlib'
import { type Pack, pack } from 'tar-stream'

/** One thing in an image layer. `path` has no leading slash; parents are listed as entries of their own. */
export type LayerEntry = { path: string; mode?: number } & (
  | { content: Uint8Array | string }
  | { file: string }
  | { linkTo: string }
  | { folder: true }
)

export interface Layer {
  /** Of the gzip bytes, `sha256:…`: the layer's name in a registry. */
  digest: string
  /** Of the tar inside, `sha256:…`: its name in the image's configuration. */
  diffId: string
  sizeBytes: number
  unpackedBytes: number
}

const gzipHeader = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])

/**
 * Writes entries as a gzipped tar to `path`. The same entries give the same bytes on every machine: sorted by path, time
 * 0, owner root, no names of users, one compression level, a gzip header that does not name the system.
 */
export async function writeLayer(entries: readonly LayerEntry[], path: string, signal?: AbortSignal): Promise<Layer> {
  const tar = pack()
  const diff = createHash('sha256')
  let crc = 0
  let unpackedBytes = 0
  const measured = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      diff.update(chunk)
      crc = crc32(chunk, crc)
      unpackedBytes += chunk.length
      done(null, chunk)
    },
  })
  const blob = createHash('sha256').update(gzipHeader)
  let sizeBytes = gzipHeader.length
  const framed = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      blob.update(chunk)
      sizeBytes += chunk.length
      done(null, chunk)
    },
    flush(done) {
      const trailer = Buffer.alloc(8)
      trailer.writeUInt32LE(crc, 0)
      trailer.writeUInt32LE(unpackedBytes % 2 ** 32, 4)
      blob.update(trailer)
      sizeBytes += trailer.length
      done(null, trailer)
    },
  })
  framed.push(gzipHeader)
  const written = pipeline(tar, measured, createDeflateRaw({ level: 6 }), framed, createWriteStream(path), { signal })
  const filled = fill(tar, entries).catch(error => {
    tar.destroy(error)
    throw error
  })
  await Promise.all([written, filled])
  return {
    digest: `sha256:${blob.digest('hex')}`,
    diffId: `sha256:${diff.digest('hex')}`,
    sizeBytes,
    unpackedBytes,
  }
}

async function fill(tar: Pack, entries: readonly LayerEntry[]): Promise<void> {
  for (const entry of [...entries].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const header = { name: entry.path, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' }
    if ('folder' in entry) tar.entry({ ...header, type: 'directory', mode: entry.mode ?? 0o755 })
    else if ('linkTo' in entry) tar.entry({ ...header, type: 'symlink', mode: 0o777, linkname: entry.linkTo })
    else if ('content' in entry) tar.entry({ ...header, mode: entry.mode ?? 0o644 }, Buffer.from(entry.content))
    else {
      const { size } = await stat(entry.file)
      await pipeline(createReadStream(entry.file), tar.entry({ ...header, mode: entry.mode ?? 0o644, size }))
    }
  }
  tar.finalize()
}

/** The folders above the entries, once each, so that every folder of the layer has a mode and a time of our choosing. */
export function withParents(entries: readonly LayerEntry[]): LayerEntry[] {
  const known = new Set(entries.map(entry => entry.path))
  const folders = new Set<string>()
  for (const { path } of entries) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end)
      if (!known.has(parent)) folders.add(parent)
    }
  }
  return [...entries, ...[...folders].map(path => ({ path, folder: true as const }))]
}
