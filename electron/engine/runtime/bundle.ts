import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import {
  BundleManifest,
  bundleFiles,
  bundleManifestText,
  bundleRoles,
  DataContract,
  Golden,
  Provenance,
  ReferenceProfile,
} from '../../../shared/inference/bundle.ts'
import { Signature } from '../../../shared/inference/signature.ts'
import { canonicalJson } from '../../../shared/lib/canonical-json.ts'
import { sha256, writeFileAtomic } from '../base/index.ts'

export interface BundleParts {
  signature: Signature
  profile: ReferenceProfile
  contract: DataContract
  golden: Golden
  provenance: Provenance
}

export interface Bundle extends BundleParts {
  /** `sha256:` and the SHA-256 of `bundle.json`. */
  digest: string
  manifest: BundleManifest
  /** Absolute if the folder was. */
  modelPath: string
}

/** Writes a bundle folder, `bundle.json` last. The same parts give the same bytes and digest on every machine. */
export async function writeBundle(
  folder: string,
  { model, ...parts }: BundleParts & { model: Uint8Array },
): Promise<{ digest: string }> {
  await mkdir(folder, { recursive: true })
  const files: BundleManifest['files'] = []
  for (const role of bundleRoles) {
    const content = role === 'model' ? model : Buffer.from(canonicalJson(parts[role]))
    await writeFileAtomic(join(folder, bundleFiles[role]), content)
    files.push({ path: bundleFiles[role], sha256: sha256(content), sizeBytes: content.byteLength, role })
  }
  const text = bundleManifestText(files)
  await writeFileAtomic(join(folder, 'bundle.json'), text)
  return { digest: `sha256:${sha256(text)}` }
}

/**
 * Reads a bundle folder, every file held against its digest. Throws `digest-mismatch` naming a changed file, `bad-file`
 * for a folder that is no bundle of a format known here.
 */
export async function readBundle(folder: string): Promise<Bundle> {
  const text = await readPart(folder, 'bundle.json')
  const manifest = parsePart('bundle.json', BundleManifest, text)
  const contents = new Map<string, Buffer>()
  for (const file of manifest.files) {
    const content = await readPart(folder, file.path)
    if (content.byteLength !== file.sizeBytes || sha256(content) !== file.sha256) {
      throw new AppError(
        'digest-mismatch',
        `The bundle file ${file.path} is not what its digest says: it was changed on disk`,
        { mend: 'Fetch or export the model bundle again.', details: { file: file.path } },
      )
    }
    contents.set(file.role, content)
  }
  const part = <Schema extends z.ZodType>(role: keyof typeof bundleFiles, schema: Schema): z.infer<Schema> => {
    const content = contents.get(role)
    if (!content) throw new AppError('bad-file', `The model bundle has no ${bundleFiles[role]}`)
    return parsePart(bundleFiles[role], schema, content)
  }
  const model = manifest.files.find(({ role }) => role === 'model')
  if (!model) throw new AppError('bad-file', `The model bundle has no ${bundleFiles.model}`)
  return {
    digest: `sha256:${sha256(text)}`,
    manifest,
    modelPath: join(folder, model.path),
    signature: part('signature', Signature),
    profile: part('profile', ReferenceProfile),
    contract: part('contract', DataContract),
    golden: part('golden', Golden),
    provenance: part('provenance', Provenance),
  }
}

async function readPart(folder: string, path: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, path))
  } catch (cause) {
    throw new AppError('bad-file', `${folder} is no whole model bundle: ${path} cannot be read`, { cause })
  }
}

function parsePart<Schema extends z.ZodType>(path: string, schema: Schema, content: Buffer): z.infer<Schema> {
  let value: unknown
  try {
    value = JSON.parse(content.toString('utf8'))
  } catch (cause) {
    throw new AppError('bad-file', `The bundle file ${path} is not JSON`, { cause })
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw new AppError(
    'bad-file',
    `The bundle file ${path}: ${issue?.path.join('.') || 'the whole'}: ${issue?.message}`,
    {
      mend: 'The bundle was made by another version of Lathe: make it again with this one.',
    },
  )
}
