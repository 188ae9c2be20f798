import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../shared/errors.ts'
import type { LibraryFile } from '../../../shared/model/workspace.ts'
import { cudaProviders, onnxRuntimeVersion } from '../runtime/index.ts'
import { readArchive } from './archive.ts'

export type UnpackedLibrary = LibraryFile & { path: string }

/** What a package says of itself: a wheel's METADATA, a NuGet package's nuspec, the version file of onnxruntime's own archives. */
const told = /(^|\/)([^/]+\.dist-info\/(METADATA|RECORD)|[^/]+\.nuspec|VERSION_NUMBER)$/
const longestToldBytes = 16 * 2 ** 20
const library = /^lib[\w+-]+\.so(\.\d+)*$/

/**
 * Takes out of a package what CUDA needs: onnxruntime's providers, from its GPU package of just the version that is used here, or NVIDIA's
 * libraries, from a wheel of theirs. They come to lie flat in `into`. Throws `bad-file` for another version or platform, for what
 * is damaged, and for a package with none of them.
 */
export async function unpackLibraries(
  file: { path: string; name: string },
  into: string,
  { signal, onBytes }: { signal: AbortSignal; onBytes?(bytes: number): void },
): Promise<UnpackedLibrary[]> {
  const words = new Map<string, string>()
  const found: (UnpackedLibrary & { inside: string })[] = []
  for await (const entry of readArchive(file.path, file.name)) {
    signal.throwIfAborted()
    const name = basename(entry.path)
    if (told.test(entry.path) && entry.sizeBytes <= longestToldBytes) words.set(entry.path, await text(entry.read()))
    if (!isWanted(entry.path, name) || found.some(each => each.name === name)) continue
    const path = join(into, name)
    const digest = createHash('sha256')
    const counted = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        digest.update(chunk)
        onBytes?.(chunk.length)
        yield chunk
      }
    }
    await pipeline(entry.read(), counted, createWriteStream(path, { flush: true }), { signal })
    await refuseForeign(path, file.name)
    const { sizeBytes, path: inside } = entry
    found.push({ name, path, inside, sizeBytes, sha256: digest.digest('hex'), from: file.name })
  }
  if (found.length === 0) throw nothingIn(file.name)
  refuseDamaged(found, words, file.name)
  const isProvider = found.some(({ name }) => name.startsWith('libonnxruntime'))
  if (isProvider) refuseOtherVersion(found, versionIn(words), file.name)
  return found.map(({ inside: _inside, ...each }) => each)
}

function isWanted(path: string, name: string): boolean {
  if ((cudaProviders as readonly string[]).includes(name)) return true
  return /(^|\/)nvidia\//.test(path) && library.test(name)
}

/** Whatever its name says, it is a library of 64-bit Linux on x86. */
async function refuseForeign(path: string, archive: string): Promise<void> {
  const handle = await open(path)
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(20), 0, 20, 0)
  await handle.close()
  const isElf = bytesRead === 20 && buffer.readUInt32BE(0) === 0x7f454c46 && buffer[4] === 2
  if (isElf && buffer.readUInt16LE(18) === 62) return
  throw new AppError('bad-file', `${basename(path)} in ${archive} is no library of this platform (Linux on x86-64)`, {
    mend: 'Fetch the package for Linux on x86-64.',
  })
}

function versionIn(words: Map<string, string>): string | null {
  for (const [path, content] of words) {
    if (path.endsWith('METADATA')) return /^Version: (\S+)/m.exec(content)?.[1] ?? null
    if (path.endsWith('.nuspec')) return /<version>\s*([^<\s]+)\s*<\/version>/.exec(content)?.[1] ?? null
    if (path.endsWith('VERSION_NUMBER')) return content.trim()
  }
  return null
}

function refuseOtherVersion(found: readonly LibraryFile[], version: string | null, archive: string): void {
  const wanted = onnxRuntimeVersion()
  const mend = `Fetch the package of version ${wanted}: Microsoft.ML.OnnxRuntime.Gpu.Linux ${wanted} of NuGet, or pip download --no-deps onnxruntime-gpu==${wanted}.`
  if (version !== wanted) {
    const said =
      version === null ? 'does not say of which version of onnxruntime it is' : `is of onnxruntime ${version}`
    throw new AppError('bad-file', `${archive} ${said}; this Lathe has ${wanted}, and both must be the same`, { mend })
  }
  const absent = cudaProviders.filter(name => !found.some(each => each.name === name))
  if (absent.length > 0) throw new AppError('bad-file', `${archive} lacks ${absent.join(' and ')}`, { mend })
}

/** A wheel names the SHA-256 of each of its files. */
function refuseDamaged(
  found: readonly { inside: string; sha256: string }[],
  words: Map<string, string>,
  archive: string,
): void {
  const [, record = ''] = [...words].find(([path]) => path.endsWith('RECORD')) ?? []
  const promised = new Map(
    [...record.matchAll(/^"?(.+?)"?,sha256=([\w-]+),\d*\r?$/gm)].map(([, path, digest]) => [path!, digest!]),
  )
  for (const { inside, sha256 } of found) {
    const digest = promised.get(inside)
    if (digest === undefined || digest === Buffer.from(sha256, 'hex').toString('base64url')) continue
    throw new AppError('digest-mismatch', `${inside} in ${archive} is not what the package itself says it is`, {
      mend: 'Fetch the package again, from where you trust it.',
    })
  }
}

function nothingIn(archive: string): AppError {
  const version = onnxRuntimeVersion()
  return new AppError('bad-file', `${archive} holds neither onnxruntime's CUDA libraries nor NVIDIA's`, {
    mend: `Give Microsoft.ML.OnnxRuntime.Gpu.Linux ${version} of NuGet, the wheel onnxruntime-gpu ${version}, or NVIDIA's wheels for Linux.`,
  })
}
