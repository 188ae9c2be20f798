import { createHash, randomBytes } from 'node:crypto'
import { hostname } from 'node:os'
import { AppError } from '../../shared/errors.ts'
import { binSetDigest } from '../../shared/inference/bins.ts'
import type { OutputTensors } from '../../shared/inference/decode.ts'
import { DriftCounter } from '../../shared/inference/drift-counter.ts'
import { type EncodedTensor, encodeRows } from '../../shared/inference/encode.ts'
import type { RawRow, Signature } from '../../shared/inference/signature.ts'
import { openPredictor, type Predictor } from '../engine/runtime/index.ts'
import type { Settings } from './settings.ts'

/** The model that is served, its identity and what was counted of its traffic. */
export interface ServedModel {
  identity: { name: string; version: number | null; digest: string }
  predictor: Predictor
  drift: DriftCounter
  binSetDigest: string
  /** All outputs for one golden row: their names, types and shapes are what metadata shows. */
  sample: OutputTensors
}

/** Opens the bundle and runs its golden rows. Throws `parity-failed` when the answers are not the bundle's. */
export async function openServedModel(settings: Settings): Promise<ServedModel> {
  const predictor = await openPredictor(settings.bundle, { threads: settings.threads ?? 1 })
  const { bundle, signature } = predictor
  const golden = await predictor.runGolden()
  if (!golden.agrees) {
    await predictor.close()
    throw new AppError('parity-failed', golden.message, {
      mend: 'The bundle is not served. Make the model again on this machine, or run it where it was made.',
    })
  }
  const boot = randomBytes(8).toString('hex')
  return {
    identity: { name: settings.name, version: settings.version, digest: bundle.digest },
    predictor,
    drift: new DriftCounter({
      signature,
      profile: bundle.profile,
      replica: process.env.LATHE_REPLICA ?? `${hostname()}:${settings.port}`,
      boot,
    }),
    binSetDigest: binSetDigest(bundle.profile, text => createHash('sha256').update(text).digest('hex')),
    sample: bundle.golden.rows.length ? await predictor.run(encodeRows(signature, bundle.golden.rows.slice(0, 1))) : {},
  }
}

/** The raw rows that tensors stand for, so that they are counted like rows: the inverse of `encodeRows`. */
export function rowsOf(signature: Signature, tensors: readonly EncodedTensor[]): RawRow[] {
  const rows: RawRow[] = Array.from({ length: tensors[0]?.dims[0] ?? 0 }, () => ({}))
  for (const { name, data } of tensors) {
    const columns = signature.inputs.find(input => input.name === name)?.columns ?? []
    rows.forEach((row, at) => {
      columns.forEach((slot, i) => {
        const value = data[at * columns.length + i]!
        if (typeof value === 'string') row[slot.name] = value
        else {
          const number = Number(value) * slot.scale + slot.offset
          row[slot.name] = Number.isFinite(number) ? number : null
        }
      })
    })
  }
  return rows
}
