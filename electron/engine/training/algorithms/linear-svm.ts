import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Algorithm, TrainContext } from '../algorithm.ts'
import { encodingOf, encodingParameters, fitDenseEncoder, productsParameter } from '../features/index.ts'
import { minimise } from '../linear/minimise.ts'
import { type LinearProblem, logisticObjective, squaredHingeObjective } from '../linear/objectives.ts'

/**
 * One margin a class against all others (one for two classes): ½ |w|² + C Σ max(0, 1 − y s)². The margins become probabilities by a
 * sigmoid each, fitted to rows that were not learned from (Platt 2000, with his targets), of several classes brought to a sum of 1.
 */
export const linearSvm: Algorithm = {
  id: 'linear-svm',
  name: 'Linear support vectors',
  help: 'Linear SVM: the widest margin between classes, on standardised columns; probabilities are fitted to the margins of the validation rows.',
  usual: false,
  tasks: ['binary', 'multiclass'],
  devices: ['cpu'],
  deviceReason: 'linear models are fitted on the CPU: the solver takes few, large steps in double precision',
  parameters: [
    {
      name: 'c',
      kind: 'number',
      default: 1,
      minimum: 1e-9,
      maximum: 1e9,
      search: { low: 1e-4, high: 100, log: true },
      help: 'Weight of the rows inside the margin against the width of the margin',
    },
    ...encodingParameters,
    productsParameter,
  ],

  // Some twenty-five evaluations of the loss, each two passes over the matrix.
  expectedSeconds: ({ trainRows, width, outputs }) => 25 * trainRows * width * outputs * 4e-9,

  async fit(data, parameters, context) {
    context.progress(null, 'encoding columns')
    const encoder = fitDenseEncoder(data, encodingOf(parameters, context.seed))
    const { width } = encoder
    const matrix = encoder.encodeLearned(data.train)
    const held = data.validation.length ? data.validation : data.train
    const heldMatrix = data.validation.length ? encoder.encode(held) : matrix
    const positives = data.classes.length === 2 ? [1] : data.classes.map((_, k) => k)
    const outputs = positives.length
    const weights = new Float32Array(outputs * width)
    const biases = new Float32Array(outputs)
    const slopes = new Float32Array(outputs)
    const shifts = new Float32Array(outputs)
    for (const [k, positive] of positives.entries()) {
      const isPositive = (row: number) => Number(data.target[row] === positive)
      const target = Float64Array.from(data.train, isPositive)
      const problem = { ...{ matrix, width, target, outputs: 1 }, l2: 1 / (parameters.c as number) }
      const point = await solve(squaredHingeObjective(problem), width + 1, context)
      weights.set(point.subarray(0, width), k * width)
      biases[k] = point[width]!
      const margins = marginsOf(heldMatrix, weights.subarray(k * width, (k + 1) * width), biases[k]!)
      const sigmoid = await platt(margins, Float64Array.from(held, isPositive), context)
      slopes[k] = sigmoid[0]!
      shifts[k] = sigmoid[1]!
    }
    const classes = data.classes.length
    return {
      async predict(rows) {
        const answers = new Float32Array(rows.length * classes)
        const encoded = encoder.encode(rows)
        for (let k = 0; k < outputs; k += 1) {
          const margins = marginsOf(encoded, weights.subarray(k * width, (k + 1) * width), biases[k]!)
          margins.forEach((margin, row) => {
            const probability = 1 / (1 + Math.exp(-(slopes[k]! * margin + shifts[k]!)))
            answers[row * classes + positives[k]!] = probability
            if (classes === 2) answers[row * classes] = 1 - probability
          })
        }
        if (classes > 2) normalise(answers, classes)
        return answers
      },
      toGraph(graph, inputs) {
        const margins = graph.node(
          'Gemm',
          [encoder.toGraph(graph, inputs), graph.floats(weights, [outputs, width]), graph.floats(biases)],
          { transB: { int: 1 } },
        )
        const scores = graph.node('Add', [graph.node('Mul', [margins, graph.floats(slopes)]), graph.floats(shifts)])
        const sure = graph.node('Sigmoid', [scores])
        if (classes === 2) {
          return graph.node('Concat', [graph.node('Sub', [graph.float(1), sure]), sure], { axis: { int: 1 } })
        }
        const raised = graph.node('Add', [sure, graph.float(least)])
        return graph.node('Div', [raised, graph.node('ReduceSum', [raised, graph.int64s([1])])])
      },
      warnings: [],
      placement: [],
      bytesPerStep: null,
    }
  },
}

/** What every class gets before the sum is brought to 1, so that it is never 0. */
const least = 1e-9

function normalise(answers: Float32Array, classes: number): void {
  for (let at = 0; at < answers.length; at += classes) {
    let sum = 0
    for (let k = 0; k < classes; k += 1) sum += answers[at + k]! + least
    for (let k = 0; k < classes; k += 1) answers[at + k] = (answers[at + k]! + least) / sum
  }
}

function marginsOf(matrix: Float32Array, weights: Float32Array, bias: number): Float64Array {
  const width = weights.length
  return Float64Array.from({ length: matrix.length / width }, (_, row) => {
    let sum = bias
    for (let j = 0; j < width; j += 1) sum += matrix[row * width + j]! * weights[j]!
    return sum
  })
}

async function solve(objective: ReturnType<typeof logisticObjective>, size: number, context: TrainContext) {
  const point = new Float64Array(size)
  await minimise(objective, point, {
    ...{ l1: 0, penalised: size - 1, maximumIterations: 1000, tolerance: 1e-7 },
    async iterated(iteration, value) {
      context.metric('objective', iteration, value)
      context.progress(null, `iteration ${iteration}`)
      await nextTurn()
      context.signal.throwIfAborted()
      return !context.finish.aborted
    },
  })
  return point
}

/** Slope and shift of the sigmoid that says how likely a margin is positive; targets are drawn in a little from 0 and 1. */
async function platt(margins: Float64Array, truth: Float64Array, context: TrainContext): Promise<Float64Array> {
  const positives = truth.reduce((sum, value) => sum + value, 0)
  const high = (positives + 1) / (positives + 2)
  const low = 1 / (truth.length - positives + 2)
  const problem: LinearProblem = {
    matrix: Float32Array.from(margins),
    target: truth.map(value => (value === 1 ? high : low)),
    ...{ width: 1, outputs: 1, l2: 0 },
  }
  return await solve(logisticObjective(problem), 2, { ...context, metric() {}, progress() {} })
}
