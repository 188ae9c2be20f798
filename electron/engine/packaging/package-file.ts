import { createReadStream } from 'node:fs'
import { access, constants, mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { extract } from 'tar-stream'
import { AppError } from '../../../shared/errors.ts'
import type { ImageFacts } from './image.ts'
import { bundleLabel } from './image.ts'

/** A package begins with its descriptions; its layers follow. */
const beginningBytes = 1 << 20

/** Of which model version the tar at `path` is the package; null for a file that is none of Lathe's. Reads its beginning only. */
export async function packageAt(path: string): Promise<ImageFacts | null> {
  const tar = createReadStream(path, { end: beginningBytes - 1 }).pipe(extract())
  const files = new Map<string, string>()
  try {
    for await (const entry of tar) {
      const chunks: Buffer[] = []
      for await (const chunk of entry) chunks.push(chunk as Buffer)
      files.set(entry.header.name, Buffer.concat(chunks).toString('utf8'))
      const config = files.get(JSON.parse(files.get('manifest.json') ?? '[]')[0]?.Config ?? '')
      if (config !== undefined) return factsOf(JSON.parse(config))
    }
  } catch {
    // Not a tar, or not one of an image.
  }
  return null
}

interface Config {
  architecture: ImageFacts['architecture']
  config?: { Labels?: Record<string, string> }
}

function factsOf({ architecture, config }: Config): ImageFacts | null {
  const { [bundleLabel]: bundleDigest, 'lathe.model': model, 'lathe.model-version': version } = config?.Labels ?? {}
  if (!bundleDigest || !model) return null
  return { architecture, bundleDigest, model, version: Number(version) }
}

/**
 * Throws `already-exists` where writing the package of `facts` to `path` would take away something else: the same package is written over,
 * another one or any other file is not. A folder is `bad-input`.
 */
export async function requireFree(path: string, facts: ImageFacts): Promise<void> {
  const there = await requireNoFolder(path)
  if (!there) return
  const known = await packageAt(path)
  if (known?.bundleDigest === facts.bundleDigest && known.architecture === facts.architecture) return
  const what = known ? `holds the package of ${known.model}:${known.version}, ${known.architecture}` : 'is another file'
  throw new AppError('already-exists', `${path} is there already and ${what}`, {
    mend: 'Name another path with --out, or say that it is to be replaced (--replace).',
  })
}

/** Whether something is there; a folder cannot be written to as a file. */
export async function requireNoFolder(path: string): Promise<boolean> {
  const there = await stat(path).catch(() => null)
  if (there?.isDirectory()) {
    throw new AppError('bad-input', `${path} is a folder, not a file to write`, {
      mend: 'Name the file as well (--out), such as model.tar in that folder.',
    })
  }
  return there !== null
}

/** Makes the folder that a file is to be written into; throws `bad-input` where that cannot be, before there is work to lose. */
export async function makeFolderOf(path: string): Promise<void> {
  const folder = dirname(path)
  try {
    await makeFolder(folder)
    await access(folder, constants.W_OK)
  } catch (error) {
    throw new AppError('bad-input', `The folder ${folder} cannot be written to`, {
      mend: 'Name a file in a folder that is yours (--out).',
      cause: error,
    })
  }
}

/** With those above it. Node's own way tries for ever where a folder cannot be made in one that is there, as below /proc. */
async function makeFolder(folder: string): Promise<void> {
  const isThere = async () => (await stat(folder).catch(() => null))?.isDirectory() ?? false
  if (await isThere()) return
  if (dirname(folder) !== folder) await makeFolder(dirname(folder))
  await mkdir(folder).catch(async error => {
    // Somebody else may have made it meanwhile.
    if (!(await isThere())) throw error
  })
}
