import { AppError } from '../../shared/errors.ts'
import { type bundleRoles, DataContract, ReferenceProfile } from '../../shared/inference/bundle.ts'
import { checkRow } from '../../shared/inference/check-row.ts'
import { decodeOutputs } from '../../shared/inference/decode.ts'
import { encodeRows } from '../../shared/inference/encode.ts'
import { type Output, type RawRow, Signature } from '../../shared/inference/signature.ts'
import { engine } from '../client/engine.ts'

/** A model version that answers in this window: the same file, encoding and decoding as in the model server. */
export interface LiveModel {
  signature: Signature
  contract: DataContract
  profile: ReferenceProfile
  /** Throws `bad-data` for a row that the model server would refuse. One call at a time. */
  predict(row: RawRow): Promise<Output>
  close(): Promise<void>
}

type Role = (typeof bundleRoles)[number]

async function bytesOf(bundle: string, role: Role): Promise<Uint8Array> {
  const file = await engine.models.bundleFile({ bundle, role })
  return new Uint8Array(await file.arrayBuffer())
}

async function jsonOf(bundle: string, role: Role): Promise<unknown> {
  return JSON.parse(new TextDecoder().decode(await bytesOf(bundle, role)))
}

/** Fetches what is needed of a bundle and opens its model. onnxruntime-web comes with the first model that is opened. */
export async function openLiveModel(bundle: string): Promise<LiveModel> {
  const [{ openSession }, model, ...documents] = await Promise.all([
    import('./onnx.ts'),
    bytesOf(bundle, 'model'),
    jsonOf(bundle, 'signature'),
    jsonOf(bundle, 'contract'),
    jsonOf(bundle, 'profile'),
  ])
  const signature = Signature.parse(documents[0])
  const contract = DataContract.parse(documents[1])
  const profile = ReferenceProfile.parse(documents[2])
  const session = await openSession(model)
  const { probabilities, value } = signature.outputs
  const wanted = [probabilities ?? value].filter(name => name !== null)
  return {
    signature,
    contract,
    profile,
    async predict(row) {
      const [problem] = checkRow(contract, row)
      if (problem) {
        throw new AppError('bad-data', `"${problem.field}" is ${problem.got}, and the model needs ${problem.expected}`)
      }
      const [output] = decodeOutputs(signature, await session.run(encodeRows(signature, [row]), wanted))
      return output!
    },
    close: () => session.close(),
  }
}
