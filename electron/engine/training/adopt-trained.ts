import { join } from 'node:path'
import type { AdoptedBundle, Registry } from '../registry/index.ts'
import type { RunFiles } from '../runs/index.ts'

/** What a training left, in the store; its rows are still to be written. */
export interface AdoptedTraining {
  bundle: AdoptedBundle
  files: Required<RunFiles>
}

/** Takes the files of `trainModel` into the store; what is there already is kept as it is. */
export async function adoptTrained(registry: Registry, outFolder: string): Promise<AdoptedTraining> {
  const bundle = await registry.bundles.adopt(join(outFolder, 'bundle'))
  const predictions = await registry.store.adopt(join(outFolder, 'predictions.parquet'))
  const split = await registry.store.adopt(join(outFolder, 'split.parquet'))
  return { bundle, files: { predictionsSha256: predictions.sha256, splitSha256: split.sha256 } }
}
