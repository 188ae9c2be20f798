import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleManifestText } from '../../../shared/inference/bundle.ts'
import { sha256 } from '../base/index.ts'
import { openRegistry, type Registry } from './index.ts'

let folder: string
let registry: Registry
let digest: string

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-bundles-'))
  registry = await openRegistry(join(folder, 'workspace'), { nowMs: 0 })
  const made = join(folder, 'bundle')
  await mkdir(made)
  await writeFile(join(made, 'model.onnx'), 'a model')
  const file = { path: 'model.onnx', sha256: sha256('a model'), sizeBytes: 7, role: 'model' as const }
  await writeFile(join(made, 'bundle.json'), bundleManifestText([file]))
  const bundle = await registry.bundles.adopt(made)
  registry.bundles.record(bundle, 0)
  digest = bundle.digest
})
afterEach(async () => {
  registry.close()
  await rm(folder, { recursive: true, force: true })
})

test('a file of a bundle is given by its role, as it was taken in', async () => {
  const file = await registry.bundles.file(digest, 'model')
  expect(file).toMatchObject({ path: 'model.onnx', sizeBytes: 7, sha256: sha256('a model') })
  expect(await readFile(file.storedAt, 'utf8')).toBe('a model')
})

test('a role or bundle that is not there is said', async () => {
  await expect(registry.bundles.file(digest, 'profile')).rejects.toMatchObject({ code: 'not-found' })
  const other = `sha256:${'0'.repeat(64)}`
  await expect(registry.bundles.file(other, 'model')).rejects.toMatchObject({ code: 'not-found' })
})

test('a file that was changed or removed on disk is refused by name', async () => {
  const { storedAt } = await registry.bundles.file(digest, 'model')
  await chmod(storedAt, 0o644)
  await writeFile(storedAt, 'another')
  await expect(registry.bundles.file(digest, 'model')).rejects.toMatchObject({
    code: 'digest-mismatch',
    message: expect.stringContaining('model.onnx'),
  })
  await rm(storedAt)
  await expect(registry.bundles.file(digest, 'model')).rejects.toMatchObject({
    code: 'not-found',
    message: expect.stringContaining('model.onnx'),
  })
})
