import { expect, test } from 'vitest'
import { importsOf, layerViolations } from './layers.ts'
import { readTree } from './source-tree.ts'

const product = readTree(['shared', 'electron', 'renderer'], ['.ts', '.tsx'])

test("the import graph keeps to the table of DESIGN's layers", () => {
  expect(product.size).toBeGreaterThan(50)
  expect(layerViolations(product)).toEqual([])
})

test('imports are seen in every form', () => {
  const source = `
    import a from './a.ts'
    import type { B } from './b.ts'
    export { c } from './c.ts'
    export * from './d.ts'
    const e = await import('./e.ts')
    import './f.ts'`
  expect(importsOf('shared/x.ts', source).map(each => each.specifier)).toEqual(
    expect.arrayContaining(['./a.ts', './b.ts', './c.ts', './d.ts', './e.ts', './f.ts']),
  )
})

const forbidden: [string, string, string, RegExp][] = [
  ['shared knows nothing of ours', 'shared/x.ts', '../electron/engine/base/index.ts', /shared\/ may import/],
  ['the window knows shared alone', 'renderer/x.tsx', '../electron/cli/main.ts', /renderer\/ may import/],
  ['a folder above', 'electron/engine/runs/x.ts', '../models/index.ts', /models comes after runs/],
  ['past a door', 'electron/engine/models/x.ts', '../runs/store.ts', /door of runs is its index\.ts/],
  ['an unknown folder', 'electron/engine/utils/x.ts', '../base/index.ts', /does not know utils/],
  ['the command line and the engine', 'electron/cli/x.ts', '../engine/base/index.ts', /electron\/cli\/ may import/],
  ['headless past the root', 'electron/headless/x.ts', '../engine/jobs/index.ts', /electron\/headless\/ may import/],
  ['the model server and jobs', 'electron/serving/x.ts', '../engine/jobs/index.ts', /electron\/serving\/ may import/],
  ['the model server past a door', 'electron/serving/x.ts', '../engine/runtime/session.ts', /serving\/ may import/],
  ['a domain and the root', 'electron/engine/runs/x.ts', '../engine.ts', /composition root/],
  ['the product and its tests', 'electron/engine/runs/x.ts', './x.test.ts', /does not import tests/],
  ['no area', 'electron/other/x.ts', '../../shared/errors.ts', /no area/],
  ['engine and electron', 'electron/engine/base/x.ts', 'electron', /door of electron/],
  ['onnxruntime elsewhere', 'electron/engine/scoring/x.ts', 'onnxruntime-node', /door of onnxruntime-node/],
  ['a path inside a package', 'electron/engine/training/x.ts', 'onnx-proto/dist/x.js', /door of onnx-proto/],
  ['Docker elsewhere', 'electron/engine/deployment/x.ts', 'dockerode', /door of dockerode/],
  ['Kubernetes elsewhere', 'electron/engine/deployment/x.ts', '@kubernetes/client-node', /door of @kubernetes/],
  ['SQLite elsewhere', 'electron/engine/runs/x.ts', 'better-sqlite3', /door of better-sqlite3/],
  ['DuckDB elsewhere', 'electron/engine/runs/x.ts', '@duckdb/node-api', /door of @duckdb/],
  ['oRPC in a domain', 'electron/engine/runs/x.ts', '@orpc/server', /door of @orpc\/server/],
  ['Node in shared', 'shared/x.ts', 'node:fs', /knows nothing of Node/],
]

test.each(forbidden)('reported: %s', (_name, path, specifier, expected) => {
  const found = layerViolations(new Map([[path, `import type { X } from '${specifier}'\nexport type Y = X\n`]]))
  expect(found).toHaveLength(1)
  expect(found[0]).toMatch(expected)
})

test('what the table allows is left alone', () => {
  const allowed: [string, string][] = [
    ['renderer/app/x.tsx', '../../shared/errors.ts'],
    ['electron/engine/models/x.ts', '../runs/index.ts'],
    ['electron/engine/engine.ts', './transport/index.ts'],
    ['electron/serving/x.ts', '../engine/runtime/index.ts'],
    ['electron/headless/x.ts', '../engine/engine.ts'],
    ['electron/engine/runs/x.test.ts', '../models/store.ts'],
    ['electron/engine/datasets/x.ts', '@duckdb/node-api'],
    ['electron/cli/x.ts', 'node:fs'],
  ]
  const tree = new Map(allowed.map(([path, specifier]) => [path, `import x from '${specifier}'\nexport default x\n`]))
  expect(layerViolations(tree)).toEqual([])
})
