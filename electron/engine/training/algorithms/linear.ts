import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Algorithm, TrainContext, TrainingData } from '../algorithm.ts'
import { balancedWeights, classWeights } from '../class-weights.ts'
import { encodingOf, encodingParameters, fitDenseEncoder, productsParameter } from '../features/index.ts'
import { leastSquares, mostColumns } from '../linear/least-squares.ts'
import { minimise } from '../linear/minimise.ts'
import { type LinearProblem, logisticObjective, softmaxObjective, squaredObjective } from '../linear/objectives.ts'
import { addAnswer, scoreCount, writeAnswer } from '../link.ts'

const maximumIterations = 1000

/** Least squares, logistic or softmax regression on standardised columns, with L2 and L1 penalties. */
export const linear: Algorithm = {
  id: 'linear',
  name: 'Linear model',
  help: 'Ridge, lasso or elastic net for values, logistic regression for classes, on standardised columns; solved exactly, by coordinate descent with l1, or by L-BFGS (OWL-QN with l1).',
  usual: true,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu'],
  deviceReason: 'linear models are fitted on the CPU: the solver takes few, large steps in double precision',
  parameters: [
    {
      name: 'l2',
      kind: 'number',
      default: 1,
      minimum: 0,
      maximum: 1e9,
      search: { low: 1e-3, high: 1e4, log: true },
      help: 'Ridge: weight of half the sum of squared weights; the loss is summed over the rows',
    },
    {
      name: 'l1',
      kind: 'number',
      default: 0,
      minimum: 0,
      maximum: 1e9,
      search: { choices: [0, 0.1, 1, 10, 100] },
      help: 'Lasso, or with l2 an elastic net: weight of the sum of absolute weights; some become 0',
    },
    classWeights,
    ...encodingParameters,
    productsParameter,
  ],
  oftenGood: [{ l2: 30 }, { l2: 30, interactions: 'pairs' }],

  // Some fifteen evaluations of the loss, each two passes over the matrix.
  expectedSeconds: ({ trainRows, width, outputs }) => 15 * trainRows * width * outputs * 4e-9,

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitDenseEncoder(data, encodingOf(parameters, context.seed))
    const { width } = encoder
    const center =
      data.task === 'regression' ? data.train.reduce((sum, row) => sum + data.target[row]! / data.train.length, 0) : 0
    const isBalanced = data.task !== 'regression' && parameters['class-weights'] === 'balanced'
    const balanced = isBalanced ? balancedWeights(data) : null
    const target = new Float64Array(data.train.length)
    for (let i = 0; i < target.length; i += 1) target[i] = data.target[data.train[i]!]! - center
    const problem: LinearProblem = {
      matrix: encoder.encodeLearned(data.train),
      width,
      target,
      outputs: scoreCount(data.task, data.classes),
      l2: parameters.l2 as number,
      weights: balanced ? Float64Array.from(data.train, row => balanced[data.target[row]!]!) : null,
    }
    const warnings: string[] = []
    const l1 = parameters.l1 as number
    const point =
      data.task === 'regression' && width <= mostColumns
        ? leastSquares(problem, l1, context.signal)
        : await solve(problem, data, l1, context, warnings)
    const weights = Float32Array.from(point.subarray(0, problem.outputs * width))
    const intercepts = Float32Array.from(point.subarray(problem.outputs * width), value => value + center)
    return {
      async predict(rows) {
        return score(data, encoder.encode(rows), rows.length, weights, intercepts)
      },
      toGraph(graph, inputs) {
        const matrix = encoder.toGraph(graph, inputs)
        const scores = graph.node(
          'Gemm',
          [matrix, graph.floats(weights, [intercepts.length, width]), graph.floats(intercepts)],
          {
            transB: { int: 1 },
          },
        )
        return addAnswer(graph, data.task, scores)
      },
      readable: { kind: 'weights', encoder, weights, intercepts },
      warnings,
      settled: {},
      placement: [],
      bytesPerStep: null,
    }
  },
}

async function solve(
  problem: LinearProblem,
  { task }: TrainingData,
  l1: number,
  context: TrainContext,
  warnings: string[],
): Promise<Float64Array> {
  const objectives = { regression: squaredObjective, binary: logisticObjective, multiclass: softmaxObjective }
  const penalised = problem.outputs * problem.width
  const point = new Float64Array(penalised + problem.outputs)
  const rows = problem.target.length
  const { iterations, converged } = await minimise(objectives[task](problem), point, {
    l1,
    penalised,
    maximumIterations,
    tolerance: 1e-6,
    async iterated(iteration, value) {
      context.metric('objective', iteration, value / rows)
      context.progress(null, `iteration ${iteration}`)
      await nextTurn()
      context.signal.throwIfAborted()
      return !context.finish.aborted
    },
  })
  context.log(`${iterations} iterations`)
  if (!converged && !context.finish.aborted)
    warnings.push(`The solver stopped after ${iterations} iterations before it converged; a larger l2 helps`)
  return point
}

/** The model's answers in float32, as the graph gives them. */
function score(
  { task, classes }: TrainingData,
  matrix: Float32Array,
  rows: number,
  weights: Float32Array,
  intercepts: Float32Array,
): Float32Array {
  const outputs = intercepts.length
  const width = weights.length / outputs
  const answers = new Float32Array(rows * Math.max(1, classes.length))
  const scores = new Float64Array(outputs)
  for (let row = 0; row < rows; row += 1) {
    for (let k = 0; k < outputs; k += 1) {
      let sum = intercepts[k]!
      for (let j = 0; j < width; j += 1) sum += matrix[row * width + j]! * weights[k * width + j]!
      scores[k] = sum
    }
    writeAnswer(task, scores, answers, row * Math.max(1, classes.length))
  }
  return answers
}
