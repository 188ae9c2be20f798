import { columnsOfMatrix, coverTrees, expectedScores, treeShap } from '../../electron/engine/explanation/tree-shap.ts'
import { GraphBuilder } from '../../electron/engine/runtime/index.ts'
import { readTrees } from '../../electron/engine/runtime/onnx/read-trees.ts'
import { gradientBoosting } from '../../electron/engine/training/algorithms/gradient-boosting.ts'
import { explained, read, report, rounds, train, width } from './measure.ts'

/** Shapley values of test rows, worked out on the trees of the exported graph; the training is not measured. */
const { fitted, table } = await train(gradientBoosting, {
  ...{ rounds: rounds!, leaves: 31, 'learning-rate': 0.1, bins: 255, 'min-rows': 20, l2: 1 },
  ...{ subsample: 1, columns: 1, 'early-stopping': 0 },
})
const names = table.columns.map(({ name }) => name)
const graph = new GraphBuilder()
graph.input('numeric', 'float32', ['N', names.length])
const output = fitted.toGraph(graph, {
  numbers: 'numeric',
  numeric: new Map(names.map((name, i) => [name, i])),
  text: new Map(),
})
graph.output(output, 'float32', ['N', 2])
const { trees, base } = readTrees(graph.build(), {
  ...{ formatVersion: 1, task: 'binary', target: null, columns: [], classes: ['0', '1'] },
  inputs: [
    {
      ...{ name: 'numeric', type: 'float32', vector: false },
      columns: names.map(name => ({ name, type: 'number', offset: 0, scale: 1 })),
    },
  ],
  outputs: { probabilities: output, value: null },
})!
const covered = coverTrees(trees, null)!
const rows = read('xt').subarray(0, explained * width!)
const before = process.resourceUsage().maxRSS
const begun = performance.now()
const groups = Int32Array.from({ length: width! }, (_, i) => i)
const [values] = await treeShap(covered, columnsOfMatrix(rows, width!), { groups, outputs: 1 })
const seconds = (performance.now() - begun) / 1000
const megabytes = (process.resourceUsage().maxRSS - before) / 1024
const expected = expectedScores(covered, base)[0]!
report(
  { seconds, megabytes, firstRound: 0 },
  Float32Array.from({ length: explained }, (_, row) => values!.reduce((sum, own) => sum + own[row]!, expected)),
)
