import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { availableBases, readBase } from './base.ts'
import { writeLayer } from './layer.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'lathe-base-'))
})
afterEach(() => rm(root, { recursive: true }))

async function makeBase(place: string) {
  const folder = join(root, place, 'amd64')
  await mkdir(folder, { recursive: true })
  const layer = await writeLayer([{ path: 'who', content: place }], join(folder, 'server-1.tar.gz'))
  const layers = [{ name: 'server', file: 'server-1.tar.gz', ...layer }]
  await writeFile(join(folder, 'base.json'), JSON.stringify({ formatVersion: 1, architecture: 'amd64', layers }))
  return layer
}

test('without base layers packaging says so, with the command that makes them', async () => {
  expect(await availableBases(root)).toEqual([])
  await expect(readBase('arm64', { root })).rejects.toMatchObject({
    code: 'base-missing',
    message: 'The base layers for linux/arm64 images are not on this machine',
    mend: expect.stringContaining('scripts/build-base.mjs --arch arm64'),
  })
})

test('layers built here are found, shipped ones come first', async () => {
  const built = await makeBase('.cache/base')
  expect(await availableBases(root)).toEqual(['amd64'])
  expect(await readBase('amd64', { root })).toMatchObject([{ ...built, purpose: 'model server of Lathe' }])
  const shipped = await makeBase('resources/images/base')
  expect(await readBase('amd64', { root })).toMatchObject([{ digest: shipped.digest }])
})

test('a layer that was changed or lost is refused by name', async () => {
  await makeBase('.cache/base')
  const file = join(root, '.cache/base/amd64/server-1.tar.gz')
  await writeFile(file, 'something else')
  await expect(readBase('amd64', { root })).rejects.toMatchObject({
    code: 'digest-mismatch',
    message: expect.stringContaining('server-1.tar.gz'),
  })
  await rm(file)
  await expect(readBase('amd64', { root })).rejects.toMatchObject({ code: 'base-missing' })
})
