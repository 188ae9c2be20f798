import { type bundleRoles, DataContract, ReferenceProfile } from '../../shared/inference/bundle.ts'
import { Signature } from '../../shared/inference/signature.ts'
import { engine } from './engine.ts'

/** What a bundle says of its model. */
export interface BundleDocuments {
  signature: Signature
  contract: DataContract
  profile: ReferenceProfile
}

type Role = (typeof bundleRoles)[number]

export async function bundleBytes(bundle: string, role: Role): Promise<Uint8Array> {
  const file = await engine.models.bundleFile({ bundle, role })
  return new Uint8Array(await file.arrayBuffer())
}

export async function bundleDocuments(bundle: string): Promise<BundleDocuments> {
  const [signature, contract, profile] = await Promise.all(
    (['signature', 'contract', 'profile'] as const).map(async role =>
      JSON.parse(new TextDecoder().decode(await bundleBytes(bundle, role))),
    ),
  )
  return {
    signature: Signature.parse(signature),
    contract: DataContract.parse(contract),
    profile: ReferenceProfile.parse(profile),
  }
}
