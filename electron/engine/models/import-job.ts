import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { DataContract, Golden, Provenance, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Task } from '../../../shared/model/run.ts'
import { latheVersion } from '../../../shared/version.ts'
import { sha256 } from '../base/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import { openPredictor, readModel, writeBundle } from '../runtime/index.ts'
import { signatureOf } from './imported-signature.ts'

export interface ImportModelInput {
  fileName: string
  name: string
  alias: string | null
  /** Reference of the upload that the file is, removed when it is taken in. */
  upload: string | null
}

export interface ImportModelOutput {
  task: Task | null
}

const goldenTolerance = 1e-4

/** An ONNX file, put into `in/model.onnx`, as a bundle in `out/bundle`: read, tried on a few rows, its bytes unchanged. */
export const importModel: JobFunction<ImportModelInput, ImportModelOutput> = async ({ fileName }, context) => {
  context.progress(null, 'reading')
  const model = await readFile(join(context.folder, 'in', 'model.onnx'))
  const summary = readModel(model, fileName)
  const signature = signatureOf(summary, fileName)
  // Nothing is known of the data that it learned from, so there are no bins to count in.
  const profile: ReferenceProfile = { formatVersion: 1, rows: 0, columns: [], predictions: [] }
  const contract: DataContract = {
    formatVersion: 1,
    columns: signature.columns.map(column => ({
      ...column,
      required: true,
      nullable: takesMissing(signature, column.name),
    })),
  }
  const provenance: Provenance = {
    ...{ formatVersion: 1, latheVersion, dataset: null, target: null, algorithm: null, parameters: {}, seed: null },
    ...{ splitColumn: null, splitBy: 'parts' as const, exclude: [], distinctRows: false, positive: null, metrics: {} },
    imported: { fileName, sha256: sha256(model), producer: summary.producer },
  }
  const folder = join(context.outFolder, 'bundle')
  const rows = tryRows(signature)
  const golden: Golden = { formatVersion: 1, tolerance: goldenTolerance, rows, outputs: [] }
  const bundle = { model, signature, profile, contract, provenance }
  await writeBundle(folder, { ...bundle, golden })
  context.progress(null, 'trying it on a few rows')
  const predictor = await openPredictor(folder, { threads: 1 })
  try {
    await writeBundle(folder, { ...bundle, golden: { ...golden, outputs: await predictor.predictRows(rows) } })
  } finally {
    await predictor.close()
  }
  return { task: signature.task }
}

/** Floats and texts have a word for what is missing; whole numbers and booleans have none. */
function takesMissing({ inputs }: Signature, name: string): boolean {
  const input = inputs.find(({ columns }) => columns.some(column => column.name === name))
  return input?.type === 'float32' || input?.type === 'float64' || input?.type === 'string'
}

/** Zeros, ones, and numbers that differ from column to column. */
function tryRows({ columns }: Signature): Golden['rows'] {
  return [0, 1, 2].map(row =>
    Object.fromEntries(
      columns.map(({ name, type }, i) => {
        const value = row < 2 ? row : (i % 7) - 3
        return [name, type === 'text' ? `text ${value}` : type === 'boolean' ? value === 1 : value]
      }),
    ),
  )
}
