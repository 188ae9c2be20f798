import { latheVersion } from '../../../../shared/version.ts'
import { sha256 } from '../../base/index.ts'
import { type BundleParts, GraphBuilder, writeBundle } from '../../runtime/index.ts'

export interface SmallModel {
  /** Added to every answer, so that two versions can be told apart. */
  offset: number
  /** Weights that change nothing and hardly compress: they make the model's layer larger. */
  ballast?: number
  /** Added to the golden answers only: a bundle that disagrees with itself. */
  goldenError?: number
}

const columns = [
  { name: 'width', type: 'number' as const },
  { name: 'height', type: 'number' as const },
]

/** The bundle of a regression with known answers: width · 2 + height · 3 + offset. */
export async function writeSmallBundle(folder: string, model: SmallModel): Promise<void> {
  const { offset, ballast = 0, goldenError = 0 } = model
  const rows = [
    { width: 1, height: 2 },
    { width: -4.5, height: 0 },
  ]
  const slots = columns.map(column => ({ ...column, offset: 0, scale: 1 }))
  const bins = (name: string) => {
    return { name, kind: 'number' as const, edges: [0], counts: [1, 1], missing: 0, min: -4.5, max: 2 }
  }
  const parts: BundleParts = {
    signature: {
      formatVersion: 1,
      task: 'regression',
      target: 'area',
      columns,
      inputs: [{ name: 'numeric', type: 'float32', columns: slots, vector: false }],
      outputs: { probabilities: null, value: 'value' },
      classes: [],
    },
    profile: {
      formatVersion: 1,
      rows: 2,
      columns: columns.map(({ name }) => bins(name)),
      predictions: [bins('value')],
    },
    contract: { formatVersion: 1, columns: columns.map(column => ({ ...column, required: true, nullable: true })) },
    golden: {
      formatVersion: 1,
      tolerance: 1e-4,
      rows,
      outputs: rows.map(({ width, height }) => ({ prediction: width * 2 + height * 3 + offset + goldenError })),
    },
    provenance: {
      formatVersion: 1,
      latheVersion,
      dataset: null,
      target: 'area',
      algorithm: null,
      parameters: {},
      seed: null,
      splitColumn: null,
      splitBy: 'parts',
      exclude: [],
      distinctRows: false,
      positive: null,
      metrics: {},
      imported: { fileName: 'area.onnx', sha256: sha256('area'), producer: 'test' },
    },
  }
  await writeBundle(folder, { ...parts, model: areaGraph(offset, ballast) })
}

function areaGraph(offset: number, ballast: number): Uint8Array {
  const graph = new GraphBuilder('area')
  const numeric = graph.input('numeric', 'float32', ['N', 2])
  const product = graph.node('MatMul', [numeric, graph.floats([2, 3], [2, 1])])
  const sum = graph.node('Add', [product, graph.floats([offset], [1])])
  const noise = Float32Array.from({ length: ballast + 1 }, (_, i) => Math.sin(i * 12.9898 + offset) * 43758.5453)
  const total = graph.node('ReduceSum', [graph.floats(noise)], { keepdims: { int: 0 } })
  graph.node('Add', [sum, graph.node('Mul', [total, graph.float(0)])], {}, 'value')
  graph.output('value', 'float32', ['N', 1])
  return graph.build()
}
