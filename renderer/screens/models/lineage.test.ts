import { expect, test } from 'vitest'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Deployment, Image, Push } from '../../../shared/model/deployment.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Run } from '../../../shared/model/run.ts'

// The addresses follow the page's own, which a test has none of.
globalThis.window ??= { addEventListener() {}, location: { pathname: '/', search: '' } } as never
const { lineageOf } = await import('./lineage.ts')

const digest = (digit: string) => `sha256:${digit.repeat(64)}`
const version: ModelVersion = {
  model: 'cells model',
  version: 2,
  aliases: ['champion'],
  bundleDigest: digest('a'),
  run: 'run-1',
  task: 'binary',
  metrics: {},
  createdAt: 0,
}
const none = { run: null, dataset: null, importedFrom: null, images: [], pushes: [], deployments: [], endpoints: [] }

test('the way leads from the file to what is deployed, and each step opens', () => {
  const steps = lineageOf({
    ...none,
    version,
    run: { run: 'run-1', name: 'trees', algorithm: 'gradient-boosting', dataset: 'a/b', datasetVersion: 3 } as Run,
    dataset: {
      dataset: 'a/b',
      version: 3,
      source: { fileName: 'cells.csv', sha256: 'f'.repeat(64) },
    } as DatasetVersion,
    deployments: [
      { deployment: 'here', target: 'local', status: 'ready', bundleDigest: digest('a') },
      { deployment: 'other', target: 'local', status: 'ready', bundleDigest: digest('b') },
    ] as Deployment[],
  })
  expect(steps.flatMap(({ nodes }) => nodes.map(({ label, to }) => [label, to]))).toEqual([
    ['cells.csv', '/data/a%2Fb?version=3'],
    ['a/b', '/data/a%2Fb?version=3'],
    ['trees', '/train/run-1'],
    ['cells model:2', '/models/cells%20model/2'],
    ['here', '/deploy/here'],
  ])
})

test('an image that was written twice and pushed is one, called as it was pushed', () => {
  const image = {
    ...{ imageDigest: digest('c'), imageId: digest('d'), architecture: 'amd64', out: '/tmp/one.tar', tag: null },
    ...{ sizeBytes: 5_000_000, seconds: 2 },
  } as Image
  const steps = lineageOf({
    ...none,
    version: { ...version, run: null },
    importedFrom: { fileName: 'iris.onnx', sha256: 'e'.repeat(64), producer: 'skl2onnx' },
    images: [image, { ...image, out: '/tmp/two.tar' }],
    pushes: [{ imageDigest: digest('c'), ref: 'registry.local/cells:2' }] as Push[],
  })
  expect(steps.map(({ nodes }) => nodes.map(({ label }) => label))).toEqual([
    ['iris.onnx'],
    ['cells model:2'],
    ['registry.local/cells:2'],
    [],
    [],
  ])
  // What has no page of its own opens here.
  const opened = steps.flatMap(({ nodes }) => nodes).filter(({ facts }) => facts)
  expect(opened.map(({ to }) => to)).toEqual([
    `/models/cells%20model/2?open=${'e'.repeat(64)}`,
    `/models/cells%20model/2?open=sha256%3A${'c'.repeat(64)}`,
  ])
  expect(opened[0]!.facts).toContainEqual(['Made by', 'skl2onnx'])
  const facts = opened[1]!.facts!.map(([, value]) => value)
  for (const file of ['/tmp/one.tar', '/tmp/two.tar', 'registry.local/cells:2']) expect(facts).toContain(file)
})
