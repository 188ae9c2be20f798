import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Parameters } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Algorithm, TrainContext, TrainingData } from '../algorithm.ts'
import { type Encoder, fitTreeEncoder } from '../features/index.ts'
import { addAnswer, scoreCount, writeAnswer } from '../link.ts'
import { type BinnedMatrix, binMatrix, findThresholds } from '../trees/bins.ts'
import { TreeGrower } from '../trees/grow-tree.ts'
import { type BoostingObjective, boostingObjective } from '../trees/objectives.ts'
import { addTrees } from '../trees/to-graph.ts'
import { addScores, leafOf, type Tree } from '../trees/tree.ts'

/** Gradient-boosted trees on histograms: squared error for values, logistic or softmax loss for classes. */
export const gradientBoosting: Algorithm = {
  id: 'gradient-boosting',
  name: 'Gradient boosting',
  help: 'Trees, each fitted to what those before it got wrong; keeps the rounds up to the best validation loss.',
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason:
    'trees are grown on the CPU: their steps are short and branch on every row, which onnxruntime has no operators for',
  parameters: [
    {
      name: 'rounds',
      kind: 'integer',
      default: 300,
      minimum: 1,
      maximum: 100_000,
      help: 'Most rounds; one tree each, or one a class',
    },
    { name: 'leaves', kind: 'integer', default: 31, minimum: 2, maximum: 4096, help: 'Most leaves of a tree' },
    {
      name: 'learning-rate',
      kind: 'number',
      default: 0.1,
      minimum: 1e-6,
      maximum: 1,
      help: "Share of each tree's answer that is taken",
    },
    {
      name: 'bins',
      kind: 'integer',
      default: 255,
      minimum: 2,
      maximum: 255,
      help: 'Most bins that the values of a column are put into',
    },
    {
      name: 'min-rows',
      kind: 'integer',
      default: 20,
      minimum: 1,
      maximum: 1_000_000,
      help: 'Fewest training rows of a leaf',
    },
    { name: 'l2', kind: 'number', default: 1, minimum: 0, maximum: 1e9, help: "Pull of a leaf's answer towards zero" },
    {
      name: 'subsample',
      kind: 'number',
      default: 1,
      minimum: 0.01,
      maximum: 1,
      help: 'Share of the rows that a round is fitted to',
    },
    {
      name: 'columns',
      kind: 'number',
      default: 1,
      minimum: 0.01,
      maximum: 1,
      help: 'Share of the columns that a round may split on',
    },
    {
      name: 'early-stopping',
      kind: 'integer',
      default: 30,
      minimum: 0,
      maximum: 100_000,
      help: 'Rounds without a better validation loss after which it stops; 0: never',
    },
  ],

  expectedSeconds({ trainRows, width, outputs }, parameters) {
    const number = (name: string) => parameters[name] as number
    // More rows and columns hold more that can be learned before the validation loss turns.
    const turning =
      20 * (trainRows / 60) ** 0.25 * width ** 0.4 * (number('learning-rate') / 0.1) ** -1 +
      number('early-stopping') / 3
    const rounds = number('early-stopping') > 0 ? Math.min(number('rounds'), turning) : number('rounds')
    const depth = Math.log2(number('leaves'))
    const share = number('subsample') * number('columns')
    return (
      rounds * outputs * (trainRows * width * share * depth * 9e-9 + trainRows * 8e-8 + number('leaves') * width * 4e-6)
    )
  },

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitTreeEncoder(data)
    const { trees, start } = await boost(data, encoder, parameters, context)
    const { task, classes } = data
    return {
      async predict(rows) {
        const width = Math.max(1, classes.length)
        const answers = new Float32Array(rows.length * width)
        const scores = new Float64Array(start.length)
        const blockRows = 65_536
        for (let from = 0; from < rows.length; from += blockRows) {
          const block = rows.subarray(from, from + blockRows)
          const matrix = encoder.encode(block)
          for (let i = 0; i < block.length; i += 1) {
            scores.set(start)
            trees.forEach((tree, t) => {
              scores[t % start.length]! += tree.value[leafOf(tree, matrix, i * encoder.width)]!
            })
            writeAnswer(task, scores, answers, (from + i) * width)
          }
        }
        return answers
      },
      toGraph: (graph, inputs) => addAnswer(graph, task, addTrees(graph, encoder.toGraph(graph, inputs), trees, start)),
      warnings: [],
      placement: [],
      bytesPerStep: null,
    }
  },
}

interface Boosted {
  /** Round by round, one an output. */
  trees: Tree[]
  start: Float32Array
}

async function boost(
  data: TrainingData,
  encoder: Encoder,
  parameters: Parameters,
  context: TrainContext,
): Promise<Boosted> {
  const number = (name: string) => parameters[name] as number
  const matrix = encoder.encode(data.train)
  const thresholds = findThresholds(matrix, encoder.width, number('bins'))
  const train = binMatrix(matrix, encoder.width, thresholds)
  const validation = binMatrix(encoder.encode(data.validation), encoder.width, thresholds)
  const target = targetOf(data, data.train)
  const validationTarget = targetOf(data, data.validation)
  const outputs = scoreCount(data.task, data.classes)
  const objective = boostingObjective(data.task, data.classes.length, target)
  const grower = new TreeGrower(train, {
    leaves: number('leaves'),
    learningRate: number('learning-rate'),
    l2: number('l2'),
    minRows: number('min-rows'),
  })
  const random = new Pcg32(context.seed, 2)
  const scores = startScores(objective, train.rows)
  const validationScores = startScores(objective, validation.rows)
  const gradients = new Float32Array(train.rows)
  const hessians = new Float32Array(train.rows)
  const trees: Tree[] = []
  let best = { round: 0, loss: objective.loss(validationScores, validationTarget) }
  const rounds = number('rounds')
  const patience = number('early-stopping')
  for (let round = 1; round <= rounds; round += 1) {
    const rows = drawRows(train, number('subsample'), random)
    const features = drawColumns(encoder.width, number('columns'), random)
    const before = outputs > 1 ? scores.slice() : scores
    let isFlat = true
    for (let k = 0; k < outputs; k += 1) {
      objective.derivatives(before, k, gradients, hessians)
      const tree = grower.grow(rows.slice(), features, gradients, hessians)
      if (tree.left.length > 1) isFlat = false
      trees.push(tree)
      addScores(tree, train, scores, outputs, k)
      addScores(tree, validation, validationScores, outputs, k)
    }
    const loss = objective.loss(validationScores, validationTarget)
    context.metric('train-loss', round, objective.loss(scores, target))
    context.metric('validation-loss', round, loss)
    context.progress(round / rounds, `round ${round} of ${rounds}`)
    if (loss < best.loss) best = { round, loss }
    if (isFlat || context.finish.aborted || (patience > 0 && round - best.round >= patience)) break
    await nextTurn()
    context.signal.throwIfAborted()
  }
  context.log(`The validation loss was lowest after ${best.round} rounds: ${best.loss.toPrecision(4)}`)
  return { trees: trees.slice(0, best.round * outputs), start: objective.start }
}

function targetOf({ target }: TrainingData, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => target[row]!)
}

function startScores({ start, outputs }: BoostingObjective, rows: number): Float64Array {
  return Float64Array.from({ length: rows * outputs }, (_, i) => start[i % outputs]!)
}

/** Rows of a round, ascending. */
function drawRows({ rows }: BinnedMatrix, share: number, random: Pcg32): Int32Array {
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  if (share >= 1) return all
  return random
    .shuffle(all)
    .slice(0, Math.max(1, Math.round(rows * share)))
    .sort()
}

function drawColumns(width: number, share: number, random: Pcg32): Int32Array {
  const all = Int32Array.from({ length: width }, (_, column) => column)
  if (share >= 1) return all
  return random
    .shuffle(all)
    .slice(0, Math.max(1, Math.round(width * share)))
    .sort()
}
