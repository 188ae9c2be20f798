import { existsSync, readFileSync } from 'node:fs'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createUploads, type UploadService } from './index.ts'

let workspace: string
let uploads: UploadService
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-uploads-'))
  uploads = createUploads({ workspace, clock: () => 0 })
})
afterEach(async () => {
  uploads.close()
  await rm(workspace, { recursive: true })
})
const left = () => readdir(join(workspace, 'tmp', 'uploads'))

test('a file is found again under its reference until it is forgotten', async () => {
  const fileName = `../../${'n'.repeat(300)}.csv`
  const { file } = await uploads.receive(Readable.from([Buffer.from('a\n1\n')]), { fileName, sizeBytes: 4 })
  const found = uploads.resolve(file)
  expect(found).toMatchObject({ name: `${'n'.repeat(300)}.csv`, isUpload: true })
  expect(found.path.startsWith(join(workspace, 'tmp', 'uploads'))).toBe(true)
  expect(readFileSync(found.path, 'utf8')).toBe('a\n1\n')
  uploads.forget(file)
  expect(existsSync(found.path)).toBe(false)
  expect(() => uploads.resolve(file)).toThrow(/no longer here/)
})

test('what is too large, cut short or broken off leaves nothing', async () => {
  const receive = (body: Readable, sizeBytes: number) => uploads.receive(body, { fileName: 'a.csv', sizeBytes })
  await expect(receive(Readable.from(['x']), 1e18)).rejects.toMatchObject({ code: 'disk-full' })
  await expect(receive(Readable.from([Buffer.from('abc')]), 4)).rejects.toMatchObject({ code: 'bad-input' })
  const broken = new Readable({ read() {} })
  broken.push('a')
  setTimeout(() => broken.destroy(), 20)
  await expect(receive(broken, 2)).rejects.toMatchObject({ code: 'cancelled' })
  expect(await left()).toEqual([])
})

test('a held file keeps its place: its reference opens it, and forgetting leaves it alone', async () => {
  const path = join(workspace, 'own ü.csv')
  await writeFile(path, 'a\n1\n')
  const { file, fileName } = uploads.hold(path)
  expect(fileName).toBe('own ü.csv')
  expect(file).not.toContain('own')
  expect(uploads.resolve(file)).toEqual({ path, name: 'own ü.csv', isUpload: false })
  uploads.forget(file)
  expect(existsSync(path)).toBe(true)
  expect(() => uploads.hold('a.csv')).toThrow(/full path/)
  expect(() => uploads.resolve(`${file}0`)).toThrow(/started anew/)
})

test('any other reference is an absolute path', () => {
  expect(uploads.resolve('/data/a.csv')).toEqual({ path: '/data/a.csv', name: 'a.csv', isUpload: false })
  expect(() => uploads.resolve('a.csv')).toThrow(/full path/)
})
