import { AppError } from '../../../../shared/errors.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import type { Algorithm, FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
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
import {
  type HiddenSettings,
  imageNetwork,
  learnAnswers,
  type NetworkDescription,
  networkParameters,
  outputsOf,
  type SequenceSettings,
  sequenceNetwork,
  tabularNetwork,
} from '../network/index.ts'

/**
 * Dense layers with ReLU between them on encoded columns; cross-entropy over a softmax for classes, squared error on the
 * standardised target for values. The parameters of the epoch with the lowest validation loss are kept.
 */
export const neuralNetwork: Algorithm = {
  id: 'neural-network',
  name: 'Neural network',
  help: 'Dense layers (MLP); before them convolutions (CNN) for images, and convolutions or a GRU for sentences and numbered columns; keeps the epoch with the best validation loss.',
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

  /** Each weight between hidden layers, and its gradient. */
  leastBytes(parameters) {
    const layers = parameters.layers as number[]
    return 8 * layers.slice(1).reduce((sum, size, i) => sum + size * layers[i]!, 0)
  },

  async fit(data: TrainingData, parameters: Parameters, context: TrainContext): Promise<FittedModel> {
    context.progress(null, 'encoding columns')
    const { encoder, encodeLearned, description, warnings } = describe(data, parameters, context.seed)
    const rows = { train: encodeLearned(data.train), validation: encoder.encode(data.validation) }
    const learned = await learnAnswers(data, description, rows, parameters, context)
    return {
      ...learned,
      predict: asked => learned.predict(asked.length, (from, to) => encoder.encode(asked.subarray(from, to))),
      toGraph: (graph, inputs) => learned.toGraph(graph, encoder.toGraph(graph, inputs)),
      warnings: [...warnings, ...learned.warnings],
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

function describe(data: TrainingData, parameters: Parameters, seed: number): Described {
  const settings: HiddenSettings = {
    ...{ hidden: parameters.layers as number[], norm: parameters.norm as HiddenSettings['norm'] },
    ...{ dropout: parameters.dropout as number, outputs: outputsOf(data) },
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
