import { setImmediate as nextTurn } from 'node:timers/promises'
import { AppError } from '../../../../shared/errors.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Algorithm, TrainContext, TrainingData } from '../algorithm.ts'
import { balancedWeights, classWeights } from '../class-weights.ts'
import { fitTreeEncoder, type TreeEncoder } from '../features/index.ts'
import { addAnswer, writeAnswer } from '../link.ts'
import { type Scores, TreeKernel } from '../trees/kernel.ts'
import { lossOf, startScores } from '../trees/losses.ts'
import { readMonotone } from '../trees/monotone.ts'
import { addTrees } from '../trees/to-graph.ts'
import { leafOf, type Tree } from '../trees/tree.ts'

/**
 * Gradient-boosted trees on histograms: squared error, a quantile or Poisson's deviance for values, logistic or softmax loss for classes.
 * What a model is to be (objective, monotone columns, weights of classes) is no matter of search.
 */
export const gradientBoosting: Algorithm = {
  id: 'gradient-boosting',
  name: 'Gradient boosting',
  help: 'Boosted trees (GBDT), each fitted to what those before it got wrong; keeps the rounds up to the best validation loss.',
  usual: true,
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
      search: { choices: [2000] },
      help: 'Most rounds; one tree each, or one a class',
    },
    {
      name: 'leaves',
      kind: 'integer',
      default: 31,
      minimum: 2,
      maximum: 4096,
      search: { low: 4, high: 128, log: true },
      help: 'Most leaves of a tree',
    },
    {
      name: 'learning-rate',
      kind: 'number',
      default: 0.1,
      minimum: 1e-6,
      maximum: 1,
      search: { low: 0.01, high: 0.3, log: true },
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
      search: { low: 1, high: 128, log: true },
      help: 'Fewest training rows of a leaf',
    },
    {
      name: 'l2',
      kind: 'number',
      default: 1,
      minimum: 0,
      maximum: 1e9,
      search: { low: 1e-3, high: 100, log: true },
      help: "Pull of a leaf's answer towards zero",
    },
    {
      name: 'subsample',
      kind: 'number',
      default: 1,
      minimum: 0.01,
      maximum: 1,
      search: { low: 0.5, high: 1 },
      help: 'Share of the rows that a round is fitted to',
    },
    {
      name: 'columns',
      kind: 'number',
      default: 1,
      minimum: 0.01,
      maximum: 1,
      search: { low: 0.3, high: 1 },
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
    {
      name: 'objective',
      kind: 'choice',
      default: 'usual',
      choices: ['usual', 'quantile', 'poisson'],
      advanced: true,
      help: 'usual: squared error for numbers, log-loss for classes; quantile: below which a share alpha lies; poisson: counts, by the logarithm of their mean',
    },
    {
      name: 'alpha',
      kind: 'number',
      default: 0.5,
      minimum: 0.001,
      maximum: 0.999,
      advanced: true,
      help: 'With objective quantile: which one; 0.5 is the median',
    },
    {
      name: 'monotone',
      kind: 'text',
      default: '',
      advanced: true,
      help: 'Columns in which the answer may only rise or only fall, such as: income=increasing, age=decreasing',
    },
    classWeights,
  ],
  steps: 'rounds',
  oftenGood: [
    { leaves: 15, 'learning-rate': 0.05, subsample: 0.8, columns: 0.6 },
    { leaves: 6, 'learning-rate': 0.08, 'min-rows': 5, subsample: 0.8, columns: 0.8 },
    { leaves: 63, 'learning-rate': 0.05, 'min-rows': 8, l2: 5, subsample: 0.8, columns: 0.4 },
  ],

  expectedSeconds({ trainRows, columns, outputs }, parameters) {
    const number = (name: string) => parameters[name] as number
    // More rows and columns hold more that can be learned before the validation loss turns.
    const turning =
      20 * (trainRows / 60) ** 0.25 * columns ** 0.4 * (number('learning-rate') / 0.1) ** -1 +
      number('early-stopping') / 3
    const rounds = number('early-stopping') > 0 ? Math.min(number('rounds'), turning) : number('rounds')
    const depth = Math.log2(number('leaves'))
    const share = number('subsample') * number('columns')
    const round = trainRows * columns * share * depth * 4e-10 + trainRows * 1e-8 + number('leaves') * columns * 8e-7
    return 0.1 + trainRows * columns * 2e-8 + rounds * outputs * round
  },

  // Each training row's bins twice and each validation row's once, derivatives, scores and places.
  expectedBytes: ({ trainRows, columns, outputs }) => trainRows * (2.4 * columns + 36 + 10 * outputs),

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitTreeEncoder(data, (parameters.bins as number) - 1)
    const { trees, start, rounds } = await boost(data, encoder, parameters, context)
    const { task, classes } = data
    const isCount = parameters.objective === 'poisson'
    return {
      async predict(rows) {
        const width = Math.max(1, classes.length)
        const answers = new Float32Array(rows.length * width)
        const outputs = start.length
        const blockRows = 2048
        for (let from = 0; from < rows.length; from += blockRows) {
          const block = rows.subarray(from, from + blockRows)
          const matrix = encoder.encode(block)
          const scores = Float64Array.from({ length: block.length * outputs }, (_, i) => start[i % outputs]!)
          // Tree by tree: one is read again and again while it is near.
          for (const [t, tree] of trees.entries()) {
            for (let i = 0; i < block.length; i += 1) {
              scores[i * outputs + (t % outputs)]! += tree.value[leafOf(tree, matrix, i * encoder.width)]!
            }
          }
          for (let i = 0; i < block.length; i += 1) {
            const own = scores.subarray(i * outputs, (i + 1) * outputs)
            if (isCount) own[0] = Math.exp(own[0]!)
            writeAnswer(task, own, answers, (from + i) * width)
          }
        }
        return answers
      },
      toGraph(graph, inputs) {
        const scores = addTrees(graph, encoder.toGraph(graph, inputs), trees, start)
        return addAnswer(graph, task, isCount ? graph.node('Exp', [scores]) : scores)
      },
      warnings: [],
      settled: { rounds, 'early-stopping': 0 },
      placement: [],
      bytesPerStep: null,
    }
  },
}

function monotoneOf(data: TrainingData, parameters: Parameters): Map<string, 1 | -1> {
  const monotone = readMonotone(String(parameters.monotone ?? ''), data)
  if (monotone.size && parameters.objective === 'quantile') {
    throw new AppError('bad-input', 'Trees of the objective quantile cannot be held monotone', {
      mend: 'Leave monotone out, or learn the mean: the objectives usual and poisson can be.',
    })
  }
  return monotone
}

/** Throws `bad-data` for a target that cannot be counts. */
function refuseNegative({ target, train }: TrainingData): void {
  const row = target.findIndex(value => value < 0)
  if (row >= 0) {
    throw new AppError(
      'bad-data',
      `The target is ${target[row]} in row ${row + 1}, and the objective poisson learns counts`,
      {
        mend: 'Remove the rows below 0, or leave the objective at usual.',
      },
    )
  }
  if (train.every(each => target[each] === 0)) {
    throw new AppError(
      'bad-data',
      'The target is 0 in every training row: the objective poisson has no mean to begin with',
      {
        mend: 'Use more rows, or another seed of the split.',
      },
    )
  }
}

interface Boosted {
  /** Round by round, one an output. */
  trees: Tree[]
  start: Float32Array
  /** That are kept. */
  rounds: number
}

async function boost(
  data: TrainingData,
  encoder: TreeEncoder,
  parameters: Parameters,
  context: TrainContext,
): Promise<Boosted> {
  const number = (name: string) => parameters[name] as number
  const loss = lossOf(data.task, String(parameters.objective))
  const monotone = monotoneOf(data, parameters)
  if (loss === 'poisson') refuseNegative(data)
  const target = targetOf(data, data.train)
  const weights = parameters['class-weights'] === 'balanced' ? balancedWeights(data) : data.classes.map(() => 1)
  const alpha = parameters.alpha as number | undefined
  const start = startScores(loss, target, { weights, alpha })
  // Values are learned as they lie about their middle, where float32 is finest.
  const isCentred = loss === 'squared-error' || loss === 'quantile'
  const middle = isCentred ? start[0]! : 0
  const kernel = await TreeKernel.start(
    {
      columns: encoder,
      train: data.train,
      validation: data.validation,
      target: Float32Array.from(target, value => value - middle),
      validationTarget: Float32Array.from(targetOf(data, data.validation), value => value - middle),
      loss,
      start: isCentred ? Float32Array.of(0) : start,
      ...{ weights, alpha, direction: column => monotone.get(encoder.names[column]!) ?? 0 },
    },
    {
      leaves: number('leaves'),
      bins: number('bins'),
      minRows: number('min-rows'),
      l2: number('l2'),
      learningRate: number('learning-rate'),
      subsample: number('subsample'),
      threads: context.threads,
      seed: context.seed,
    },
  )
  try {
    const trees = await boostRounds(kernel, encoder.width, parameters, context)
    return { trees, start, rounds: trees.length / start.length }
  } finally {
    await kernel.end()
  }
}

/** What a checkpoint holds of it. */
interface Held {
  trees: Tree[][]
  best: { round: number; loss: number }
  random: ReturnType<Pcg32['save']>
  scores: Scores
}

/** Trees of the rounds up to the best validation loss. */
async function boostRounds(
  kernel: TreeKernel,
  width: number,
  parameters: Parameters,
  context: TrainContext,
): Promise<Tree[]> {
  const number = (name: string) => parameters[name] as number
  const [rounds, patience] = [Math.round(number('rounds')), number('early-stopping')]
  const random = new Pcg32(context.seed, 2)
  const held = context.checkpoint?.restored<Held>()
  const trees = held?.trees ?? []
  let best = held?.best ?? { round: 0, loss: kernel.validationLoss }
  if (held) {
    random.restore(held.random)
    kernel.resume(held.scores)
  }
  for (let round = trees.length + 1; round <= rounds; round += 1) {
    const grown = kernel.next(round, drawColumns(width, number('columns'), random))
    trees.push(grown)
    context.metric('train-loss', round, kernel.loss)
    context.metric('validation-loss', round, kernel.validationLoss)
    context.progress(round / rounds, `round ${round} of ${rounds}`)
    // Without validation rows it is no number, and each round counts.
    if (!(kernel.validationLoss >= best.loss)) best = { round, loss: kernel.validationLoss }
    const isFlat = grown.every(({ left }) => left.length === 1)
    if (isFlat || context.finish.aborted || (patience > 0 && round - best.round >= patience)) break
    await nextTurn()
    context.signal.throwIfAborted()
    if (context.checkpoint?.isDue()) {
      const state: Held = { trees, best, random: random.save(), scores: kernel.scores() }
      await context.checkpoint.save(state)
    }
  }
  context.log(`The validation loss was lowest after ${best.round} rounds: ${best.loss.toPrecision(4)}`)
  return trees.slice(0, best.round).flat()
}

function targetOf({ target }: TrainingData, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, row => target[row]!)
}

/** Columns that a round may split on; undefined: all. */
function drawColumns(width: number, share: number, random: Pcg32): Int32Array | undefined {
  if (share >= 1) return undefined
  const all = Int32Array.from({ length: width }, (_, column) => column)
  return random.shuffle(all).slice(0, Math.max(1, Math.round(width * share)))
}
