import { randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { composeImage, type ImageFacts } from './image.ts'
import { writeLayer } from './layer.ts'
import { writeImageTar } from './oci-image.ts'
import { makeFolderOf, packageAt, requireFree } from './package-file.ts'

let folder = ''
let path = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-package-file-'))
  path = join(folder, 'image.tar')
})
afterEach(() => rm(folder, { recursive: true }))

const wine: ImageFacts = {
  architecture: 'arm64',
  model: 'Wine 🍷',
  version: 2,
  bundleDigest: `sha256:${'1'.repeat(64)}`,
}

async function writeWine(): Promise<void> {
  const file = join(folder, 'layer')
  // Longer than the part of it that is read.
  const content = randomBytes(1_200_000).toString('base64')
  const layer = await writeLayer([{ path: 'bundle/bundle.json', content }], file)
  await writeImageTar(composeImage([{ ...layer, file, purpose: 'model' }], wine), path, { tag: null })
}

test('a package says by its beginning what it is of; other files say nothing', async () => {
  await writeWine()
  expect(await packageAt(path)).toEqual(wine)
  await writeFile(path, 'a,b\n1,2\n')
  expect(await packageAt(path)).toBeNull()
  await writeFile(path, '')
  expect(await packageAt(path)).toBeNull()
})

test('the same package may be written over, no other file', async () => {
  await requireFree(path, wine)
  await writeWine()
  await requireFree(path, wine)
  const another = requireFree(path, { ...wine, bundleDigest: `sha256:${'2'.repeat(64)}`, version: 3 })
  await expect(another).rejects.toMatchObject({
    code: 'already-exists',
    message: `${path} is there already and holds the package of Wine 🍷:2, arm64`,
    mend: expect.stringContaining('--replace'),
  })
  await expect(requireFree(path, { ...wine, architecture: 'amd64' })).rejects.toMatchObject({ code: 'already-exists' })
  await writeFile(path, 'a thesis')
  await expect(requireFree(path, wine)).rejects.toThrow('is another file')
  await expect(requireFree(folder, wine)).rejects.toMatchObject({ code: 'bad-input' })
})

test('a folder is made for the file, and one that cannot be is named', async () => {
  await makeFolderOf(join(folder, 'a', 'b', 'image.tar'))
  await writeFile(join(folder, 'a', 'b', 'image.tar'), '')
  await expect(makeFolderOf(join(folder, 'a', 'b', 'image.tar', 'image.tar'))).rejects.toMatchObject({
    code: 'bad-input',
    message: `The folder ${join(folder, 'a', 'b', 'image.tar')} cannot be written to`,
  })
  if (process.platform === 'linux') {
    await expect(makeFolderOf('/proc/lathe/image.tar')).rejects.toMatchObject({ code: 'bad-input' })
  }
})
