import { AppError } from '../../../../shared/errors.ts'
import type { Algorithm } from '../algorithm.ts'
import { openFrozen } from '../fine-tune/frozen-part.ts'
import { learnAnswers, networkParameters, outputsOf, tabularNetwork } from '../network/index.ts'

/** Of networks, what a head has too. */
const shared = [
  'epochs',
  'batch',
  'learning-rate',
  'optimizer',
  'weight-decay',
  'dropout',
  'schedule',
  'clip',
  'precision',
  'patience',
  'class-weights',
]

/** A new head on a model that is there: its part up to one tensor stays as it is, and its numbers, standardised, are what a network learns from. */
export const fineTune: Algorithm = {
  id: 'fine-tune',
  name: 'Fine-tune',
  help: 'Transfer learning: a new head on a model that is there, such as an imported one: its part up to a tensor stays as it is.',
  usual: false,
  needsModel: true,
  tasks: ['binary', 'multiclass', 'regression'],
  devices: ['cpu', 'webgpu', 'cuda'],
  deviceReason: 'DirectML and Core ML lack what a training graph needs; heads train on the CPU, WebGPU or CUDA',
  parameters: [
    {
      name: 'model',
      kind: 'model',
      default: '',
      help: 'The model that it goes on from: NAME, NAME:VERSION or NAME@ALIAS',
    },
    {
      ...{ name: 'freeze-at', kind: 'tensor', default: '' },
      help: 'The tensor up to which it stays as it is; the one that its last layer takes when left out',
    },
    {
      ...{ name: 'layers', kind: 'integers', default: [0], minimum: 0, maximum: 4096 },
      help: 'Units of each hidden layer of the head; 0 for a linear head',
    },
    ...networkParameters.filter(({ name }) => shared.includes(name)).map(({ search: _, ...declared }) => declared),
  ],

  expectedSeconds({ trainRows, outputs }, parameters) {
    const epochs = Math.min(parameters.epochs as number, (parameters.patience as number) + 20)
    return 1 + trainRows * 1e-4 + epochs * trainRows * (3e-6 + 100 * outputs * 1.5e-10)
  },

  async fit(data, parameters, context) {
    if (!context.base)
      throw new AppError('bad-input', 'Fine-tuning goes on from a model, and none is named', {
        mend: 'Name one with --from.',
      })
    context.progress(null, `reading ${context.base.model}`)
    const frozen = await openFrozen(context.base, String(parameters['freeze-at']), context.threads)
    const { tensor, width } = frozen
    context.log(`${context.base.model} stays as it is up to "${tensor.name}", [${tensor.shape.join(', ')}] a row`)
    const train = await frozen.features(data.table, data.train, context)
    const scale = scaleOf(train, width)
    const validation = await frozen.features(data.table, data.validation, context)
    standardise(train, scale)
    standardise(validation, scale)
    const hidden = (parameters.layers as number[]).filter(units => units > 0)
    const settings = { hidden, norm: 'none', dropout: parameters.dropout as number, outputs: outputsOf(data) } as const
    const description = tabularNetwork(width, { columns: 0, rows: 0, units: 0 }, settings)
    const learned = await learnAnswers(data, description, { train, validation }, parameters, context)
    return {
      ...learned,
      async predict(rows) {
        const features = await frozen.features(data.table, rows, context)
        standardise(features, scale)
        return await learned.predict(rows.length, (from, to) => features.subarray(from * width, to * width))
      },
      toGraph(graph, inputs) {
        const numbers = frozen.toGraph(graph, inputs)
        const isAbsent = graph.node('Or', [graph.node('IsNaN', [numbers]), graph.node('IsInf', [numbers])])
        const filled = graph.node('Where', [isAbsent, graph.floats(scale.means), numbers])
        const centred = graph.node('Sub', [filled, graph.floats(scale.means)])
        return learned.toGraph(graph, graph.node('Div', [centred, graph.floats(scale.deviations)]))
      },
      warnings: [
        `${context.base.model} stays as it is up to "${tensor.name}": the head learns from its ${width} numbers`,
        ...learned.warnings,
      ],
    }
  },
}

interface Scale {
  means: Float32Array
  deviations: Float32Array
}

/** Mean and standard deviation of the finite numbers of each column of a matrix; a column that is all the same has 1. */
function scaleOf(matrix: Float32Array, width: number): Scale {
  const [counts, means, squares] = [new Float64Array(width), new Float64Array(width), new Float64Array(width)]
  matrix.forEach((value, i) => {
    if (!Number.isFinite(value)) return
    const column = i % width
    counts[column]! += 1
    const delta = value - means[column]!
    means[column]! += delta / counts[column]!
    squares[column]! += delta * (value - means[column]!)
  })
  // What is the same but for rounding says nothing, and would be blown up.
  const deviation = (square: number, i: number) => {
    const own = Math.sqrt(square / Math.max(1, counts[i]!))
    return own > 1e-6 * Math.abs(means[i]!) ? own : 1
  }
  return { means: Float32Array.from(means), deviations: Float32Array.from(squares, deviation) }
}

/** In float32, as the graph does; what is no finite number becomes the mean. */
function standardise(matrix: Float32Array, { means, deviations }: Scale): void {
  const width = means.length
  for (let i = 0; i < matrix.length; i += 1) {
    const value = matrix[i]!
    matrix[i] = Number.isFinite(value) ? Math.fround(value - means[i % width]!) / deviations[i % width]! : 0
  }
}
