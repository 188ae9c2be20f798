import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleFiles, bundleManifestText, type bundleRoles } from '../../../../shared/inference/bundle.ts'
import { canonicalJson } from '../../../../shared/lib/canonical-json.ts'
import { latheVersion } from '../../../../shared/version.ts'
import { sha256 } from '../../base/index.ts'
import { GraphBuilder } from '../../runtime/index.ts'

const columns = [
  { name: 'width', type: 'number' as const },
  { name: 'height', type: 'number' as const },
]

/**
 * Writes the bundle of a regression with known answers, area = width · 2 + height · 3 + `offset`, for tests. `ballast`
 * random-looking weights that change nothing make its layer larger.
 */
export async function writeSmallBundle(folder: string, offset: number, ballast = 0): Promise<void> {
  const graph = new GraphBuilder('area')
  const numeric = graph.input('numeric', 'float32', ['N', 2])
  const weights = graph.floats([2, 3], [2, 1])
  const sum = graph.node('Add', [graph.node('MatMul', [numeric, weights]), graph.floats([offset], [1])])
  const noise = Float32Array.from({ length: ballast }, (_, i) => Math.sin(i * 12.9898 + offset) * 43758.5453)
  const unused = graph.node('Mul', [
    graph.node('ReduceSum', [graph.floats([0, ...noise])], { keepdims: { int: 0 } }),
    graph.float(0),
  ])
  graph.node('Add', [sum, unused], {}, 'value')
  graph.output('value', 'float32', ['N', 1])

  const rows = [
    { width: 1, height: 2 },
    { width: -4.5, height: 0 },
  ]
  const slots = columns.map(column => ({ ...column, offset: 0, scale: 1 }))
  const bins = (name: string) => ({ name, kind: 'number', edges: [0], counts: [1, 1], missing: 0, min: -4.5, max: 2 })
  const parts: Record<(typeof bundleRoles)[number], Uint8Array | string> = {
    model: graph.build(),
    signature: canonicalJson({
      formatVersion: 1,
      task: 'regression',
      target: 'area',
      columns,
      inputs: [{ name: 'numeric', type: 'float32', columns: slots, vector: false }],
      outputs: { probabilities: null, value: 'value' },
      classes: [],
    }),
    profile: canonicalJson({
      formatVersion: 1,
      rows: 2,
      columns: columns.map(({ name }) => bins(name)),
      predictions: [bins('value')],
    }),
    contract: canonicalJson({
      formatVersion: 1,
      columns: columns.map(column => ({ ...column, required: true, nullable: true })),
    }),
    golden: canonicalJson({
      formatVersion: 1,
      tolerance: 1e-4,
      rows,
      outputs: rows.map(({ width, height }) => ({ prediction: width * 2 + height * 3 + offset })),
    }),
    provenance: canonicalJson({
      formatVersion: 1,
      latheVersion,
      dataset: null,
      target: 'area',
      algorithm: null,
      parameters: {},
      seed: null,
      splitColumn: null,
      exclude: [],
      positive: null,
      metrics: {},
      imported: { fileName: 'area.onnx', sha256: sha256('area'), producer: 'test' },
    }),
  }
  await mkdir(folder, { recursive: true })
  const files = []
  for (const [role, content] of Object.entries(parts) as [keyof typeof parts, Uint8Array | string][]) {
    const path = bundleFiles[role]
    await writeFile(join(folder, path), content)
    files.push({ path, role, sha256: sha256(content), sizeBytes: Buffer.byteLength(content) })
  }
  await writeFile(join(folder, 'bundle.json'), bundleManifestText(files))
}
