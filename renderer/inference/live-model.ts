import { AppError } from '../../shared/errors.ts'
import { checkRow } from '../../shared/inference/check-row.ts'
import { decodeOutputs } from '../../shared/inference/decode.ts'
import { encodeRows } from '../../shared/inference/encode.ts'
import type { Output, RawRow } from '../../shared/inference/signature.ts'
import { type BundleDocuments, bundleBytes, bundleDocuments } from '../client/bundle-documents.ts'
import { code } from '../client/code.ts'

/** A model version that answers in this window: the same file, encoding and decoding as in the model server. */
export interface LiveModel extends BundleDocuments {
  /** Throws `bad-data` for a row that the model server would refuse. */
  predict(row: RawRow): Promise<Output>
  /** The same for many rows at once, each of which must be as the model server takes it. */
  predictAll(rows: readonly RawRow[]): Promise<Output[]>
  close(): Promise<void>
}

/** Fetches what is needed of a bundle and opens its model. onnxruntime-web comes with the first model that is opened. */
export async function openLiveModel(bundle: string): Promise<LiveModel> {
  const [{ openSession }, model, documents] = await Promise.all([
    code(() => import('./onnx.ts')),
    bundleBytes(bundle, 'model'),
    bundleDocuments(bundle),
  ])
  const { signature, contract } = documents
  const session = await openSession(model)
  const { probabilities, value } = signature.outputs
  const wanted = [probabilities ?? value].filter(name => name !== null)
  // The session runs one call at a time.
  let last: Promise<unknown> = Promise.resolve()
  const predictAll = (rows: readonly RawRow[]): Promise<Output[]> => {
    const next = last.then(async () => decodeOutputs(signature, await session.run(encodeRows(signature, rows), wanted)))
    last = next.catch(() => {})
    return next
  }
  return {
    ...documents,
    predictAll,
    async predict(row) {
      const [problem] = checkRow(contract, row)
      if (problem) {
        throw new AppError('bad-data', `"${problem.field}" is ${problem.got}, and the model needs ${problem.expected}`)
      }
      const [output] = await predictAll([row])
      return output!
    },
    close: () => session.close(),
  }
}
