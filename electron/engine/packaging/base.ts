import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import { Architecture, architectures } from '../../../shared/model/deployment.ts'
import { Digest } from '../../../shared/model/ids.ts'
import { productRoot, sha256File } from '../base/index.ts'
import type { ImageLayer } from './image.ts'

/** `base.json` beside the base layers of one architecture, as scripts/build-base.mjs writes it. */
const BaseIndex = z.object({
  formatVersion: z.literal(1),
  architecture: Architecture,
  layers: z.array(
    z.object({
      name: z.enum(['runtime', 'onnxruntime', 'server']),
      file: z.string().regex(/^[\w.-]+$/),
      digest: Digest,
      diffId: Digest,
      sizeBytes: z.number().int(),
      unpackedBytes: z.number().int(),
    }),
  ),
})

const purposes = { runtime: 'C library and Node', onnxruntime: 'onnxruntime', server: 'model server of Lathe' } as const

/** Shipped layers first, then those built in this clone. */
function baseFolders(architecture: Architecture, root: string): string[] {
  return [join(root, 'resources/images/base', architecture), join(root, '.cache/base', architecture)]
}

/** The architectures that images can be written for here. */
export async function availableBases(root = productRoot()): Promise<Architecture[]> {
  return architectures.filter(architecture =>
    baseFolders(architecture, root).some(folder => existsSync(join(folder, 'base.json'))),
  )
}

export function nativeArchitecture(): Architecture {
  return process.arch === 'arm64' ? 'arm64' : 'amd64'
}

/** The base layers, each held against its digest. Throws `base-missing`, and `digest-mismatch` for a changed layer. */
export async function readBase(
  architecture: Architecture,
  options: { root?: string; signal?: AbortSignal } = {},
): Promise<ImageLayer[]> {
  const root = options.root ?? productRoot()
  const mend = `With a network, \`node scripts/build-base.mjs --arch ${architecture}\` makes them; releases of Lathe ship them.`
  const folder = baseFolders(architecture, root).find(candidate => existsSync(join(candidate, 'base.json')))
  if (!folder) {
    throw new AppError('base-missing', `The base layers for linux/${architecture} images are not on this machine`, {
      mend,
    })
  }
  const index = BaseIndex.parse(JSON.parse(await readFile(join(folder, 'base.json'), 'utf8')))
  return Promise.all(
    index.layers.map(async ({ name, file, ...layer }) => {
      const path = join(folder, file)
      if (!existsSync(path)) throw new AppError('base-missing', `The base layer ${file} is not in ${folder}`, { mend })
      if (`sha256:${await sha256File(path, options.signal)}` !== layer.digest) {
        throw new AppError('digest-mismatch', `The base layer ${path} is not what its digest says`, {
          mend: `Remove ${folder} and make the layers again: ${mend}`,
        })
      }
      return { ...layer, file: path, purpose: purposes[name] }
    }),
  )
}
