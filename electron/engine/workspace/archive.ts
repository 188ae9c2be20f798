import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { Readable, Transform } from 'node:stream'
import { crc32, createGunzip } from 'node:zlib'
import { extract } from 'tar-stream'
import { Open } from 'unzipper-esm'
import { AppError } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'

/** One file of an archive. It is read, if at all, before the next one is asked for; what is read is whole or throws. */
export interface ArchiveEntry {
  path: string
  sizeBytes: number
  read(): Readable
}

/** More than any package of libraries unpacks to: an archive that says more is not unpacked. */
const mostBytes = 16 * 2 ** 30

/**
 * The files of a zip (.zip, .whl, .nupkg) or a gzipped tar (.tgz), in their order; links and folders are left out. Throws `bad-file`
 * for anything else, for what is cut off or damaged, for a path that leads out of its folder, and for one that would unpack to
 * more than it says or to more than is sensible.
 */
export async function* readArchive(file: string, name: string): AsyncGenerator<ArchiveEntry> {
  try {
    yield* checked((await isZip(file, name)) ? zipEntries(file) : tarEntries(file), name)
  } catch (error) {
    if (error instanceof AppError || (error as Error).name === 'AbortError') throw error
    if (typeof (error as NodeJS.ErrnoException).syscall === 'string') throw error
    throw new AppError('bad-file', `${name} cannot be unpacked: ${(error as Error).message}`, {
      mend: 'Fetch it again: it may have been cut off on its way.',
      cause: error,
    })
  }
}

async function isZip(file: string, name: string): Promise<boolean> {
  const handle = await open(file)
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0)
    if (buffer.readUInt32BE(0) === 0x504b0304) return true
    if (buffer.readUInt16BE(0) === 0x1f8b) return false
  } finally {
    await handle.close()
  }
  throw new AppError('bad-file', `${name} is neither a zip (.nupkg, .whl, .zip) nor a gzipped tar (.tgz)`, {
    mend: 'Name the package as it was fetched.',
  })
}

async function* checked(entries: AsyncIterable<ArchiveEntry>, name: string): AsyncGenerator<ArchiveEntry> {
  let total = 0
  for await (const entry of entries) {
    total += entry.sizeBytes
    if (/^[/\\]|^[A-Za-z]:|(^|[/\\])\.\.([/\\]|$)/.test(entry.path)) {
      throw new AppError('bad-file', `${name} holds the path "${entry.path}", which leads out of its folder`, {
        mend: 'Do not use this file: no proper package is made like that.',
      })
    }
    if (total > mostBytes) {
      throw new AppError('bad-file', `${name} would unpack to more than ${formatBytes(mostBytes)}`, {
        mend: 'Do not use this file: no package of libraries is that large.',
      })
    }
    yield entry
  }
}

async function* zipEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const { files } = await Open.file(file)
  for (const entry of files) {
    // The upper half of the attributes is the file's mode where it was packed; 0xa000 marks a link.
    const isLink = ((entry.externalFileAttributes >>> 16) & 0xf000) === 0xa000
    if (entry.type !== 'File' || isLink) continue
    const { path, uncompressedSize: sizeBytes } = entry
    yield { path, sizeBytes, read: () => whole(entry.stream(), sizeBytes, entry.crc32 >>> 0) }
  }
}

async function* tarEntries(file: string): AsyncGenerator<ArchiveEntry> {
  const reading = createReadStream(file)
  const unpacking = createGunzip()
  const entries = extract()
  for (const stream of [reading, unpacking]) stream.on('error', (error: Error) => entries.destroy(error))
  reading.pipe(unpacking).pipe(entries)
  try {
    for await (const entry of entries) {
      const { name: path, size = 0, type } = entry.header
      let isRead = false
      const read = () => {
        isRead = true
        return Readable.from(entry)
      }
      if (type === 'file') yield { path, sizeBytes: size, read }
      if (!isRead) entry.resume()
    }
  } finally {
    reading.destroy()
    unpacking.destroy()
    entries.destroy()
  }
}

/** Passes on what a zip's directory promised, to the byte; throws otherwise. */
function whole(stream: Readable, sizeBytes: number, promised: number): Readable {
  let left = sizeBytes
  let sum = 0
  const checking = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      left -= chunk.length
      sum = crc32(chunk, sum)
      done(left < 0 ? new Error('a file in it is larger than it says') : null, chunk)
    },
    flush(done) {
      done(left > 0 || sum !== promised ? new Error('a file in it is damaged') : null)
    },
  })
  stream.on('error', error => checking.destroy(error))
  return stream.pipe(checking)
}
