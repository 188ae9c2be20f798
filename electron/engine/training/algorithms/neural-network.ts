import type { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
import { fitDenseEncoder } from '../features/index.ts'
import { crossEntropy, squaredError } from '../losses/index.ts'
import {
  addNetwork,
  fitNetwork,
  multilayerPerceptron,
  type NetworkTask,
  predictWith,
  type Rows,
} from '../network/index.ts'
import { optimizers } from '../optimizers/index.ts'

/** Epochs without a better validation loss after which training stops. */
const patience = 20

/**
 * Dense layers with ReLU between them on encoded columns; cross-entropy over a softmax for classes, squared error on the
 * standardised target for values. The parameters of the epoch with the lowest validation loss are kept.
 */
export const neuralNetwork: Algorithm = {
  id: 'neural-network',
  name: 'Neural network',
  help: `Dense layers with ReLU; keeps the epoch with the best validation loss and stops after ${patience} epochs without a better one.`,
  usual: true,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu', 'webgpu', 'cuda'],
  deviceReason: 'DirectML and Core ML lack what a training graph needs; networks train on the CPU, WebGPU or CUDA',
  parameters: [
    {
      name: 'layers',
      kind: 'integers',
      default: [128],
      minimum: 1,
      maximum: 4096,
      search: { choices: [[32], [128], [256], [64, 32], [128, 64], [256, 128]] },
      help: 'Units of each hidden layer, from input to output',
    },
    {
      name: 'epochs',
      kind: 'integer',
      default: 100,
      minimum: 1,
      maximum: 100_000,
      help: 'Most passes over the training rows',
    },
    {
      name: 'batch',
      kind: 'integer',
      default: 64,
      minimum: 1,
      maximum: 65_536,
      search: { choices: [32, 64, 128, 256] },
      help: 'Rows of one step',
    },
    {
      name: 'learning-rate',
      kind: 'number',
      default: 0.003,
      minimum: 1e-8,
      maximum: 10,
      search: { low: 3e-4, high: 0.03, log: true },
      help: 'Size of a step',
    },
    {
      name: 'optimizer',
      kind: 'choice',
      default: 'adam',
      choices: optimizers.entries.map(({ id }) => id),
      help: optimizers.entries.map(({ id, help }) => `${id}: ${help}`).join(' '),
    },
    {
      name: 'weight-decay',
      kind: 'number',
      default: 0.001,
      minimum: 0,
      maximum: 10,
      search: { low: 1e-5, high: 0.1, log: true },
      help: 'Pull of the weights towards zero',
    },
  ],

  expectedSeconds({ trainRows, width, outputs }, parameters) {
    const sizes = [width, ...(parameters.layers as number[]), outputs]
    const weights = sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i]!, 0)
    const epochs = Math.min(parameters.epochs as number, patience + 20)
    return 0.4 + epochs * trainRows * (3e-6 + weights * 1.5e-10)
  },

  async fit(data: TrainingData, parameters: Parameters, context: TrainContext): Promise<FittedModel> {
    context.progress(null, 'encoding columns')
    const encoder = fitDenseEncoder(data)
    const scale = data.task === 'regression' ? targetScale(data) : null
    const outputs = scale ? 1 : data.classes.length
    const rowsOf = (rows: Int32Array): Rows => ({
      count: rows.length,
      features: encoder.encode(rows),
      targets: encodeTargets(data.target, rows, outputs, scale),
    })
    const task: NetworkTask = {
      description: multilayerPerceptron(encoder.width, parameters.layers as number[], outputs),
      loss: scale ? squaredError : crossEntropy,
      optimizer: optimizers.get(parameters.optimizer as string),
      learningRate: parameters['learning-rate'] as number,
      weightDecay: parameters['weight-decay'] as number,
      batch: parameters.batch as number,
      epochs: parameters.epochs as number,
      patience,
      train: rowsOf(data.train),
      validation: rowsOf(data.validation),
    }
    const fitted = await fitNetwork(task, context)
    return {
      async predict(rows) {
        const features = (from: number, to: number) => encoder.encode(rows.subarray(from, to))
        const predictions = await predictWith(fitted, task, rows.length, features, context.threads)
        return scale ? predictions.map(value => Math.fround(value * scale.deviation) + scale.mean) : predictions
      },
      toGraph(graph, inputs) {
        const features = encoder.toGraph(graph, inputs)
        const output = addNetwork(graph, fitted.network, task.loss, [encoder.width], features, fitted.parameters)
        if (!scale) return output
        return graph.node('Add', [graph.node('Mul', [output, graph.float(scale.deviation)]), graph.float(scale.mean)])
      },
      device: fitted.device,
      warnings: fitted.warnings,
      placement: fitted.placement,
      bytesPerStep: fitted.bytesPerStep,
    }
  },
}

interface TargetScale {
  mean: number
  deviation: number
}

/** Mean and standard deviation of the training rows' targets, float32-rounded as the graph holds them. */
function targetScale({ target, train }: TrainingData): TargetScale {
  let mean = 0
  for (const row of train) mean += target[row]! / train.length
  let variance = 0
  for (const row of train) variance += (target[row]! - mean) ** 2 / train.length
  return { mean: Math.fround(mean), deviation: Math.fround(Math.sqrt(variance)) || 1 }
}

/** One-hot rows [rows, classes], or standardised values [rows, 1]. */
function encodeTargets(
  target: Float64Array,
  rows: Int32Array,
  outputs: number,
  scale: TargetScale | null,
): Float32Array {
  const encoded = new Float32Array(rows.length * outputs)
  rows.forEach((row, i) => {
    if (scale) encoded[i] = (target[row]! - scale.mean) / scale.deviation
    else encoded[i * outputs + target[row]!] = 1
  })
  return encoded
}
