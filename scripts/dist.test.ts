import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Fuses {
  fuses: Record<string, boolean>
  setFuses(program: string): Promise<void>
}
interface Stage {
  packageClosure(names: string[]): string[]
  missingNatives(modules: string, platform: string, arch: string): string[]
}
const load = async <Script>(name: string) => (await import(`${import.meta.dirname}/${name}`)) as Script

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lathe-dist-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** As Electron's binaries hold them: a sentinel, a version, how many fuses, and each as a digit. */
async function programWith(wire: string): Promise<string> {
  const program = join(folder, `electron-${wire}`)
  const sentinel = Buffer.from('dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX')
  await writeFile(
    program,
    Buffer.concat([Buffer.from('before'), sentinel, Buffer.from([1, wire.length]), Buffer.from(`${wire}after`)]),
  )
  return program
}

test('every fuse is set and read back from the binary', async () => {
  const { fuses, setFuses } = await load<Fuses>('fuses.mjs')
  const program = await programWith('101100111')
  await setFuses(program)
  const wanted = Object.values(fuses).map(isOn => (isOn ? '1' : '0'))
  expect((await readFile(program)).toString('latin1')).toContain(`\u0001\u0009${wanted.join('')}after`)
  expect(wanted.join('')).toBe('010011001')
})

test('a binary with a fuse that nobody has judged, or without one of ours, stops the build', async () => {
  const { setFuses } = await load<Fuses>('fuses.mjs')
  await expect(setFuses(await programWith('1011001111'))).rejects.toThrow()
  await expect(setFuses(await programWith('1r1100111'))).rejects.toThrow()
})

test('every program that the engine starts is packed', async () => {
  const { enginePrograms } = await load<{ enginePrograms: string[] }>('build.mjs')
  const entries = await readFile(join(import.meta.dirname, '..', 'electron', 'engine', 'base', 'entries.ts'), 'utf8')
  const started = [...entries.matchAll(/bundle: '([\w-]+\.js)'/g)].map(([, file]) => file)
  expect(started).toContain('sort-thread.js')
  expect([...enginePrograms].sort()).toEqual(started.sort())
})

test('what the engine loads is packed with all that it depends on', async () => {
  const { packageClosure, missingNatives } = await load<Stage>('stage.mjs')
  const packages = packageClosure(['onnxruntime-node', '@duckdb/node-api'])
  expect(packages).toEqual(expect.arrayContaining(['onnxruntime-common', '@duckdb/node-bindings', 'detect-libc']))
  expect(packages).toContain(`@duckdb/node-bindings-${process.platform}-${process.arch}`)
  expect(packages).not.toContain('react')
  const modules = join(import.meta.dirname, '..', 'node_modules')
  expect(missingNatives(modules, process.platform, process.arch)).toEqual([])
  expect(missingNatives(modules, 'darwin', 'x64')).toContain(
    'onnxruntime-node/bin/napi-v6/darwin/x64/onnxruntime_binding.node',
  )
})
