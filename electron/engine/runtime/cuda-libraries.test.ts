import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import {
  canHaveCuda,
  cudaObstacle,
  cudaProviders,
  cudaState,
  installedLibraries,
  installLibraries,
  onnxRuntimeVersion,
  removeLibraries,
} from './cuda-libraries.ts'
import { runProbe } from './probe-process.ts'

let folder: string
const before = process.env.LATHE_LIBRARIES

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-libraries-'))
  process.env.LATHE_LIBRARIES = folder
})
afterEach(async () => {
  if (before === undefined) delete process.env.LATHE_LIBRARIES
  else process.env.LATHE_LIBRARIES = before
  await rm(folder, { recursive: true, force: true })
})

async function bring(text: string, ...names: string[]) {
  const into = await mkdtemp(join(folder, 'brought-'))
  await mkdir(into, { recursive: true })
  return Promise.all(
    names.map(async name => {
      await writeFile(join(into, name), text)
      return { name, path: join(into, name), sizeBytes: text.length, sha256: text, from: 'here' }
    }),
  )
}

test('where nothing is set up, the state says so and what to do', async () => {
  expect(installedLibraries()).toBeNull()
  const state = await cudaState()
  expect(state === null).toBe(!canHaveCuda())
  if (state === null) return
  expect(state).toMatchObject({ version: onnxRuntimeVersion(), files: [], missing: [...cudaProviders] })
  expect(state.mend).toMatch(/lathe setup cuda/)
  expect(cudaObstacle(state)).toMatch(/not set up/)
  expect(await removeLibraries()).toBe(false)
})

test.runIf(canHaveCuda())('what is set up later joins what is there, and takes the place of its own kind', async () => {
  await installLibraries(await bring('one', ...cudaProviders))
  const first = installedLibraries()!
  await installLibraries(await bring('two', 'libcudart.so.13', cudaProviders[1]))
  const second = installedLibraries()!
  expect(second.files.map(({ name, sha256 }) => [name, sha256])).toEqual([
    ['libcudart.so.13', 'two'],
    [cudaProviders[0], 'one'],
    [cudaProviders[1], 'two'],
  ])
  expect(await readFile(join(second.folder, cudaProviders[0]), 'utf8')).toBe('one')
  expect(await readFile(join(second.folder, cudaProviders[1]), 'utf8')).toBe('two')
  expect(second.folder).not.toBe(first.folder)
  const home = join(folder, `onnxruntime-cuda-${onnxRuntimeVersion()}`)
  expect((await readdir(home)).sort()).toEqual([second.folder.split('/').at(-1), 'libraries.json'].sort())
  expect(await removeLibraries()).toBe(true)
  expect(installedLibraries()).toBeNull()
})

test.runIf(canHaveCuda())('a torn record counts as nothing set up', async () => {
  await installLibraries(await bring('one', ...cudaProviders))
  await writeFile(join(folder, `onnxruntime-cuda-${onnxRuntimeVersion()}`, 'libraries.json'), '{"gener')
  expect(installedLibraries()).toBeNull()
})

test.runIf(canHaveCuda())('libraries that are none keep CUDA from working and the CPU not', async () => {
  await installLibraries(await bring('no library', ...cudaProviders, 'libcudart.so.13'))
  const [cpu, cuda] = await Promise.all([runProbe(['cpu'], {}), runProbe(['cuda'], {})])
  expect(cpu).toMatchObject({ error: null })
  expect(cpu.gigaflops).toBeGreaterThan(0)
  expect(cuda.gigaflops).toBeNull()
  expect(cuda.error).toMatch(/\w{3}/)
})
