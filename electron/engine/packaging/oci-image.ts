import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Pack, pack } from 'tar-stream'
import { AppError } from '../../../shared/errors.ts'
import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import { syncFolder } from '../base/index.ts'
import { type ComposedImage, manifestType } from './image.ts'

const layoutVersion = '1.0.0'

/**
 * The image as one tar stream: an OCI layout (`oci-layout`, `index.json`, `blobs/`) that also carries the `manifest.json`
 * by which engines older than Docker 25 load it, both pointing at the same blobs. With a tag it loads under that name.
 */
export function imageTar(
  image: ComposedImage,
  tag: string | null,
  progress: (fraction: number) => void = () => {},
): Readable {
  const tar = pack()
  let seenBytes = 0
  const counted = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      seenBytes += chunk.length
      progress(Math.min(1, seenBytes / image.sizeBytes))
      done(null, chunk)
    },
  })
  tar.on('error', error => counted.destroy(error))
  counted.on('close', () => tar.destroy())
  tar.pipe(counted)
  void fill(tar, image, tag).catch(error => tar.destroy(error as Error))
  return counted
}

async function fill(tar: Pack, image: ComposedImage, tag: string | null): Promise<void> {
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [
      {
        mediaType: manifestType,
        digest: image.imageDigest,
        size: image.manifest.length,
        platform: { architecture: image.architecture, os: 'linux' },
        ...(tag ? { annotations: { 'io.containerd.image.name': tag, 'org.opencontainers.image.ref.name': tag } } : {}),
      },
    ],
  }
  const manifest = [
    {
      Config: blobPath(image.imageId),
      RepoTags: tag ? [tag] : null,
      Layers: image.layers.map(l => blobPath(l.digest)),
    },
  ]
  const entry = (name: string, content: string | Buffer) => tar.entry({ name, ...fixed }, Buffer.from(content))
  for (const name of ['blobs/', 'blobs/sha256/']) tar.entry({ name, ...fixed, mode: 0o755, type: 'directory' })
  entry('oci-layout', canonicalJson({ imageLayoutVersion: layoutVersion }))
  entry('index.json', canonicalJson(index))
  entry('manifest.json', canonicalJson(manifest))
  entry(blobPath(image.imageId), image.config)
  entry(blobPath(image.imageDigest), image.manifest)
  const written = new Set<string>()
  for (const layer of image.layers) {
    if (written.has(layer.digest)) continue
    written.add(layer.digest)
    const target = tar.entry({ name: blobPath(layer.digest), ...fixed, size: layer.sizeBytes })
    await pipeline(createReadStream(layer.file, { highWaterMark: 1 << 20 }), target)
  }
  tar.finalize()
}

const fixed = { mode: 0o644, mtime: new Date(0), uid: 0, gid: 0, uname: '', gname: '' }

function blobPath(digest: string): string {
  return digest.replace(/^sha256:/, 'blobs/sha256/')
}

/** Writes the tar whole or not at all. */
export async function writeImageTar(
  image: ComposedImage,
  path: string,
  options: { tag: string | null; signal?: AbortSignal; progress?(fraction: number): void },
): Promise<void> {
  const temporary = `${path}.part`
  try {
    const tar = imageTar(image, options.tag, options.progress)
    await pipeline(tar, createWriteStream(temporary), { signal: options.signal })
    const handle = await open(temporary, 'r+')
    await handle.sync().finally(() => handle.close())
    await rename(temporary, path)
  } catch (error) {
    await rm(temporary, { force: true })
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    throw new AppError('disk-full', `There is no space left for ${path}, of ${formatBytes(image.sizeBytes)}`, {
      mend: 'Free some space on its disk, or name a path on another one with --out.',
      cause: error,
    })
  }
  await syncFolder(dirname(path))
}
