import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { ColumnProfile, DatasetVersion } from '../../../shared/model/dataset.ts'
import { openRegistry, type Registry } from '../registry/index.ts'
import { DatasetStore } from './store.ts'

let workspace: string
let registry: Registry
let store: DatasetStore

beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'lathe-dataset-store-'))
  registry = await openRegistry(workspace, { nowMs: 0 })
  store = new DatasetStore(registry)
})
afterEach(async () => {
  registry.close()
  await rm(workspace, { recursive: true })
})

const columnOf = (name: string): ColumnProfile => ({
  ...{ name, type: 'number', missing: 0, distinct: 2, infinite: 0, min: 0, max: 1, mean: 0.5, standardDeviation: 0.5 },
  ...{ quantiles: [], histogram: null, top: [] },
})

function put(dataset: string, columns: number, createdAt = 1): DatasetVersion {
  const version: Omit<DatasetVersion, 'version'> = {
    ...{ dataset, sha256: 'a'.repeat(64), rows: 2, sizeBytes: 10, warnings: [], target: null, createdAt },
    columns: Array.from({ length: columns }, (_, i) => columnOf(`x${i}`)),
    source: { fileName: 'a.csv', sha256: 'b'.repeat(64), sizeBytes: 20 },
    readOptions: {},
  }
  return store.insert(version, `${dataset} ${createdAt}`)
}

test('a version that was asked for stays as it was read, and the newest is the newest', () => {
  put('wide', 3)
  const first = store.get('wide')
  expect(first).toMatchObject({ version: 1 })
  expect(store.get('wide', 1)).toBe(first)
  put('wide', 4, 2)
  expect(store.get('wide')).toMatchObject({ version: 2 })
  expect(store.get('wide', 1)).toBe(first)
  expect(store.get('wide', 3)).toBeNull()
  expect(store.get('other')).toBeNull()
})

test('the description of many columns does not stay when others are asked for', () => {
  store = new DatasetStore(registry, 5)
  put('one', 3)
  put('two', 3)
  const one = store.get('one')
  expect(store.get('one')).toBe(one)
  store.get('two')
  expect(store.get('one')).not.toBe(one)
  expect(store.get('one')).toEqual(one)
})

test('a version that takes the place of itself is the one that is given and listed', () => {
  const version = put('wide', 3)
  store.get('wide')
  expect(store.list()).toMatchObject([{ dataset: 'wide', versions: 1, latest: { version: 1, rows: 2, columns: 3 } }])
  store.replace({ ...version, rows: 7 })
  expect(store.get('wide')).toMatchObject({ rows: 7 })
  expect(store.list()).toMatchObject([{ latest: { rows: 7 } }])
  put('wide', 4, 2)
  put('other', 1, 3)
  expect(store.list()).toMatchObject([
    { dataset: 'other', versions: 1 },
    { dataset: 'wide', versions: 2, latest: { version: 2, columns: 4, warnings: 0 } },
  ])
})

test('a version that was taken away is gone, and one that is made in its place is another', () => {
  put('sample', 3)
  store.get('sample')
  store.list()
  const remove = () => registry.database.prepare('DELETE FROM dataset_versions').run()
  remove()
  expect(store.get('sample', 1)).toBeNull()
  expect(store.list()).toEqual([])
  put('sample', 4, 2)
  expect(store.get('sample', 1)!.columns).toHaveLength(4)
  expect(store.list()).toMatchObject([{ latest: { version: 1, columns: 4 } }])
})
