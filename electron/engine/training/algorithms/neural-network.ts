import { AppError } from '../../../../shared/errors.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
import { balancedWeights } from '../class-weights.ts'
import {
  type Encoder,
  encodingOf,
  encodingParameters,
  findSequences,
  fitDenseEncoder,
  fitImageEncoder,
  fitTableEncoder,
  sideBySide,
} from '../features/index.ts'
import { crossEntropy, squaredError } from '../losses/index.ts'
import {
  addNetwork,
  fitNetwork,
  type HiddenSettings,
  imageNetwork,
  type NetworkDescription,
  type NetworkTask,
  networkParameters,
  predictWith,
  type Rows,
  type SequenceSettings,
  sequenceNetwork,
  tabularNetwork,
} from '../network/index.ts'
import { optimizers, schedules } from '../optimizers/index.ts'

/**
 * Dense layers with ReLU between them on encoded columns; cross-entropy over a softmax for classes, squared error on the
 * standardised target for values. The parameters of the epoch with the lowest validation loss are kept.
 */
export const neuralNetwork: Algorithm = {
  id: 'neural-network',
  name: 'Neural network',
  help: 'Dense layers; before them convolutions for images, and convolutions or a GRU for sentences and numbered columns; keeps the epoch with the best validation loss.',
  usual: true,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu', 'webgpu', 'cuda'],
  deviceReason: 'DirectML and Core ML lack what a training graph needs; networks train on the CPU, WebGPU or CUDA',
  parameters: [...networkParameters, ...encodingParameters],
  oftenGood: [
    { layers: [128, 64], 'weight-decay': 0.01, 'learning-rate': 0.002 },
    { layers: [256], batch: 128, 'weight-decay': 0.03, numbers: 'quantile' },
  ],

  expectedSeconds({ trainRows, width, outputs }, parameters) {
    const sizes = [width, ...(parameters.layers as number[]), outputs]
    const weights = sizes.slice(1).reduce((sum, size, i) => sum + size * sizes[i]!, 0)
    const epochs = Math.min(parameters.epochs as number, (parameters.patience as number) + 20)
    return 0.4 + epochs * trainRows * (3e-6 + weights * 1.5e-10)
  },

  async fit(data: TrainingData, parameters: Parameters, context: TrainContext): Promise<FittedModel> {
    context.progress(null, 'encoding columns')
    const scale = data.task === 'regression' ? targetScale(data) : null
    const outputs = scale ? 1 : data.classes.length
    const { encoder, encodeLearned, description, warnings } = describe(data, parameters, outputs, context.seed)
    const weights = !scale && parameters['class-weights'] === 'balanced' ? balancedWeights(data) : null
    const rowsOf = (rows: Int32Array, encode: Encoder['encode']): Rows => ({
      count: rows.length,
      features: encode(rows),
      targets: encodeTargets(data.target, rows, outputs, scale, weights),
    })
    const task: NetworkTask = {
      description,
      loss: scale ? squaredError : crossEntropy,
      optimizer: optimizers.get(parameters.optimizer as string),
      learningRate: parameters['learning-rate'] as number,
      weightDecay: parameters['weight-decay'] as number,
      batch: parameters.batch as number,
      epochs: Math.round(parameters.epochs as number),
      patience: parameters.patience as number,
      rates: schedules.get(parameters.schedule as string),
      clip: parameters.clip as number,
      train: rowsOf(data.train, encodeLearned),
      validation: rowsOf(data.validation, encoder.encode),
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
        const output = addNetwork(graph, fitted.network, task.loss, description.inputShape, features, fitted.parameters)
        if (!scale) return output
        return graph.node('Add', [graph.node('Mul', [output, graph.float(scale.deviation)]), graph.float(scale.mean)])
      },
      settled: { epochs: fitted.bestEpoch, patience: fitted.bestEpoch },
      device: fitted.device,
      warnings: [...warnings, ...fitted.warnings],
      placement: fitted.placement,
      bytesPerStep: fitted.bytesPerStep,
    }
  },
}

interface Described {
  encoder: Encoder
  /** Rows as they are learned from. */
  encodeLearned(rows: Int32Array): Float32Array
  description: NetworkDescription
  warnings: string[]
}

function describe(data: TrainingData, parameters: Parameters, outputs: number, seed: number): Described {
  const settings: HiddenSettings = {
    ...{ hidden: parameters.layers as number[], norm: parameters.norm as HiddenSettings['norm'] },
    ...{ dropout: parameters.dropout as number, outputs },
  }
  const [height = 1, width = height] = parameters.image as number[]
  const { sequence = 'none' } = parameters
  if (height * width > 1) {
    if (sequence !== 'none') {
      throw new AppError('bad-input', 'Columns are the pixels of an image or a sequence, not both', {
        mend: 'Leave out the parameter image or the parameter sequence.',
      })
    }
    const encoder = fitImageEncoder(data, height, width)
    const description = imageNetwork([height, width], parameters.filters as number[], settings)
    return { encoder, encodeLearned: encoder.encode, description, warnings: [] }
  }
  if (sequence !== 'none') return describeSequences(data, parameters, settings, seed)
  const { encoder, encodeLearned, tables } = encodeColumns(data, parameters, seed)
  return { encoder, encodeLearned, description: tabularNetwork(encoder.width, tables, settings), warnings: [] }
}

function encodeColumns(data: TrainingData, parameters: Parameters, seed: number) {
  const units = parameters.embedding as number
  const encoding = encodingOf(parameters, seed)
  if (units > 0) {
    const encoder = fitTableEncoder(data, encoding)
    return { encoder, encodeLearned: encoder.encode, tables: { ...encoder, units } }
  }
  const encoder = fitDenseEncoder(data, encoding)
  return { encoder, encodeLearned: encoder.encodeLearned, tables: { columns: 0, rows: 0, units } }
}

const usualWordUnits = 32
/** A recurrent network is written out step by step. */
const mostRecurrentSteps = 128

function describeSequences(
  data: TrainingData,
  parameters: Parameters,
  hidden: HiddenSettings,
  seed: number,
): Described {
  const settings: SequenceSettings = {
    ...{ ...hidden, reading: parameters.sequence as SequenceSettings['reading'] },
    ...{ filters: parameters.filters as number[], memory: parameters.memory as number },
    units: (parameters.embedding as number) || usualWordUnits,
  }
  const mostSteps = settings.reading === 'recurrent' ? mostRecurrentSteps : Number.POSITIVE_INFINITY
  const mostWords = Math.min(parameters.length as number, mostSteps)
  const { found, rest, warnings } = findSequences(data, mostWords, mostSteps)
  const sequences = found.map(({ encoder }) => encoder)
  if (rest.features.length === 0) {
    const encoder = sideBySide(sequences)
    const description = sequenceNetwork(0, { columns: 0, rows: 0, units: 0 }, found, settings)
    return { encoder, encodeLearned: encoder.encode, description, warnings }
  }
  const columns = encodeColumns(rest, parameters, seed)
  return {
    encoder: sideBySide([columns.encoder, ...sequences]),
    encodeLearned: sideBySide([{ ...columns.encoder, encode: columns.encodeLearned }, ...sequences]).encode,
    description: sequenceNetwork(columns.encoder.width, columns.tables, found, settings),
    warnings,
  }
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

/** One-hot rows [rows, classes], each as much as its class weighs, or standardised values [rows, 1]. */
function encodeTargets(
  target: Float64Array,
  rows: Int32Array,
  outputs: number,
  scale: TargetScale | null,
  weights: readonly number[] | null,
): Float32Array {
  const encoded = new Float32Array(rows.length * outputs)
  rows.forEach((row, i) => {
    if (scale) encoded[i] = (target[row]! - scale.mean) / scale.deviation
    else encoded[i * outputs + target[row]!] = weights?.[target[row]!] ?? 1
  })
  return encoded
}
