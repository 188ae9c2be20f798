import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import { pack } from 'tar-stream'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { cudaProviders, onnxRuntimeVersion } from '../runtime/index.ts'
import { gpuWheel, library, recordLine, writeZip, type ZippedFile } from './testing/packages.ts'
import { unpackLibraries } from './unpack-libraries.ts'

let folder: string
let into: string
const version = onnxRuntimeVersion()
const signal = new AbortController().signal

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-unpack-'))
  into = join(folder, 'into')
  await mkdir(into)
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const unpack = (path: string) => unpackLibraries({ path, name: 'package' }, into, { signal })
const unpackZip = async (files: ZippedFile[]) => unpack(await writeZip(join(folder, 'package.whl'), files))

async function writeTar(files: Record<string, Buffer | string>): Promise<string> {
  const path = join(folder, 'package.tgz')
  const packing = pack()
  for (const [name, content] of Object.entries(files)) packing.entry({ name }, content)
  packing.entry({ name: 'lib/libonnxruntime_providers_cuda.so.link', type: 'symlink', linkname: '/etc/passwd' })
  packing.finalize()
  await pipeline(packing, createGzip(), createWriteStream(path))
  return path
}

test('a wheel gives the two libraries that CUDA needs, flat and whole, and nothing else of it', async () => {
  let bytes = 0
  const file = { path: await writeZip(join(folder, 'a.whl'), gpuWheel()), name: 'a.whl' }
  const found = await unpackLibraries(file, into, { signal, onBytes: more => (bytes += more) })
  expect(found.map(({ name, from }) => [name, from])).toEqual(cudaProviders.map(name => [name, 'a.whl']))
  expect((await readdir(into)).sort()).toEqual([...cudaProviders])
  for (const { name, path } of found) expect(await readFile(path)).toEqual(library(`${name} ${version}`))
  expect(bytes).toBe(found.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0))
})

test('a NuGet package and an archive of onnxruntime say their version in their own ways', async () => {
  const [cuda, shared] = cudaProviders
  const nuspec = `<package><metadata><id>Gpu.Linux</id><version>${version}</version></metadata></package>`
  const native = 'runtimes/linux-x64/native'
  const libraries = [cuda, shared].map(name => ({ path: `${native}/${name}`, content: library(name) }))
  expect(await unpackZip([...libraries, { path: 'Gpu.Linux.nuspec', content: nuspec }])).toHaveLength(2)
  const root = `onnxruntime-linux-x64-gpu-${version}`
  const files = {
    [`${root}/lib/${cuda}`]: library('of an archive'),
    [`${root}/include/onnxruntime.h`]: 'int x;',
    [`${root}/lib/${shared}`]: library('too'),
    [`${root}/VERSION_NUMBER`]: `${version}\n`,
  }
  const found = await unpack(await writeTar(files))
  expect(found.map(({ name }) => name)).toEqual([cuda, shared])
  expect(await readFile(found[0]!.path)).toEqual(library('of an archive'))
})

test("NVIDIA's wheels give their libraries, of whatever version", async () => {
  const path = 'nvidia/cu13/lib/libcudart.so.13'
  const runtime = library('runtime')
  const info = 'nvidia_cuda_runtime-13.5.37.dist-info'
  const found = await unpackZip([
    { path, content: runtime },
    { path: `${info}/METADATA`, content: 'Name: nvidia-cuda-runtime\nVersion: 13.5.37\n' },
    { path: `${info}/RECORD`, content: recordLine(path, runtime) },
  ])
  expect(found.map(({ name }) => name)).toEqual(['libcudart.so.13'])
})

test('another version is refused with both named; one that says none is refused too', async () => {
  await expect(unpackZip(gpuWheel('1.2.3'))).rejects.toMatchObject({
    code: 'bad-file',
    message: `package is of onnxruntime 1.2.3; this Lathe has ${version}, and both must be the same`,
    mend: expect.stringContaining(`onnxruntime-gpu==${version}`),
  })
  const silent = gpuWheel().filter(({ path }) => !path.includes('dist-info'))
  await expect(unpackZip(silent)).rejects.toThrow(/does not say of which version/)
})

test('what is for another machine, lacks a part, or holds nothing of use is refused', async () => {
  await expect(unpackZip(gpuWheel(version, 183))).rejects.toThrow(/no library of this platform/)
  const half = gpuWheel().filter(({ path }) => !path.endsWith('_shared.so'))
  await expect(unpackZip(half)).rejects.toThrow('package lacks libonnxruntime_providers_shared.so')
  await expect(unpackZip([{ path: 'readme.txt', content: 'hello' }])).rejects.toMatchObject({
    code: 'bad-file',
    message: "package holds neither onnxruntime's CUDA libraries nor NVIDIA's",
  })
})

test('a path that leads out of its folder is refused, and nothing is written there', async () => {
  for (const path of ['../libonnxruntime_providers_cuda.so', '/tmp/x/libcudart.so.13', 'a/..\\..\\b.so']) {
    await expect(unpackZip([{ path, content: library('evil') }, ...gpuWheel()])).rejects.toThrow(
      /leads out of its folder/,
    )
  }
  expect((await readdir(folder)).sort()).toEqual(['into', 'package.whl'])
})

test('damage is found: by the sum of a zip, by the sizes it says, by the digests of a wheel, by a cut', async () => {
  const [first, library_, ...rest] = gpuWheel()
  await expect(unpackZip([first!, { ...library_!, crc: 1 }, ...rest])).rejects.toThrow(/is damaged/)
  await expect(unpackZip([first!, { ...library_!, sizeBytes: 10 }, ...rest])).rejects.toThrow(/larger than it says/)
  await expect(unpackZip([first!, { ...library_!, content: library('swapped') }, ...rest])).rejects.toMatchObject({
    code: 'digest-mismatch',
  })
  const whole = await writeTar({ VERSION_NUMBER: version, [`lib/${cudaProviders[0]}`]: library('x'.repeat(5000)) })
  await writeFile(whole, (await readFile(whole)).subarray(0, 90))
  await expect(unpack(whole)).rejects.toMatchObject({
    code: 'bad-file',
    mend: expect.stringContaining('Fetch it again'),
  })
  const text = join(folder, 'text')
  await writeFile(text, 'no archive at all')
  await expect(unpack(text)).rejects.toThrow(/neither a zip .* nor a gzipped tar/)
})

test('an archive that says it unpacks to more than is sensible is left alone', async () => {
  const huge = Array.from({ length: 6 }, (_, i) => ({ path: `${i}.bin`, content: 'x', sizeBytes: 0xf000_0000 }))
  await expect(unpackZip([...huge, ...gpuWheel()])).rejects.toThrow(/would unpack to more than/)
})
