import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import type { Architecture } from '../../../shared/model/deployment.ts'
import { type Bundle, openPredictor } from '../runtime/index.ts'
import { readBase } from './base.ts'
import { type ComposedImage, composeImage } from './image.ts'
import { type LayerEntry, withParents, writeLayer } from './layer.ts'

export interface BuildSpec {
  model: string
  version: number
  bundleDigest: string
  architecture: Architecture
  /** Absolute path of the bundle, laid out as a folder. */
  bundleFolder: string
}

export interface BuildContext {
  signal: AbortSignal
  /** For the model layer; it must stay until the image was written or pushed. */
  temporaryFolder: string
  /** Fraction of this part of the work. */
  progress(fraction: number, phase: string): void
  /** Where Lathe's own files lie, when not the usual place. */
  productRoot?: string
}

/**
 * Makes the image of a model bundle: checks every file of the bundle and its golden rows, then puts the model's layer on
 * the base. Throws `base-missing`, `digest-mismatch`, `parity-failed`.
 */
export async function buildImage(spec: BuildSpec, context: BuildContext): Promise<ComposedImage> {
  context.progress(0, 'reading the base layers')
  const base = await readBase(spec.architecture, { signal: context.signal, root: context.productRoot })
  context.progress(0.2, 'running the golden rows')
  const { digest, manifest } = await checkGoldenRows(spec.bundleFolder)
  if (digest !== spec.bundleDigest) {
    throw new AppError(
      'digest-mismatch',
      `The bundle of ${spec.model}:${spec.version} is ${digest}, not ${spec.bundleDigest}`,
    )
  }
  context.signal.throwIfAborted()
  context.progress(0.6, 'writing the model layer')
  const files = [...manifest.files.map(file => file.path), 'bundle.json']
  const entries: LayerEntry[] = files.map(name => ({ path: `bundle/${name}`, file: join(spec.bundleFolder, name) }))
  const file = join(context.temporaryFolder, 'model-layer.tar.gz')
  const layer = await writeLayer(withParents(entries), file, context.signal)
  context.progress(1, 'composing')
  return composeImage([...base, { ...layer, file, purpose: `model ${spec.model} version ${spec.version}` }], spec)
}

/** Loads the bundle, every file held against its digest, and has it answer its golden rows here. */
async function checkGoldenRows(folder: string): Promise<Bundle> {
  const predictor = await openPredictor(folder)
  try {
    const { agrees, message, worst } = await predictor.runGolden()
    if (agrees) return predictor.bundle
    throw new AppError('parity-failed', message, {
      mend: 'Train or import the model again with this version of Lathe.',
      details: { worst },
    })
  } finally {
    await predictor.close()
  }
}
