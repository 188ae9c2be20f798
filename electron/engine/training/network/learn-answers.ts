import type { Parameters } from '../../../../shared/model/run.ts'
import type { GraphBuilder } from '../../runtime/index.ts'
import type { FittedModel, TrainContext, TrainingData } from '../algorithm.ts'
import { balancedWeights } from '../class-weights.ts'
import { crossEntropy, squaredError } from '../losses/index.ts'
import { optimizers, schedules } from '../optimizers/index.ts'
import type { NetworkDescription } from './description.ts'
import { addNetwork } from './evaluation-graph.ts'
import { fitNetwork, type NetworkTask, predictWith } from './fit-network.ts'

/** A network that has learnt the targets of a table from rows of numbers. */
export interface LearnedAnswers
  extends Pick<FittedModel, 'settled' | 'device' | 'warnings' | 'placement' | 'bytesPerStep'> {
  /** As a fitted model predicts; `features` gives the rows [to − from, …] of a range. */
  predict(count: number, features: (from: number, to: number) => Float32Array): Promise<Float32Array>
  /** Adds it to a graph behind the rows of numbers. */
  toGraph(graph: GraphBuilder, features: string): string
}

/** Numbers that the network ends in: one a class, or one value. */
export const outputsOf = ({ task, classes }: TrainingData): number => (task === 'regression' ? 1 : classes.length)

/**
 * Cross-entropy over a softmax for classes, squared error on the standardised target for values. `rows` are those of the training and the validation rows, in
 * their order; parameters are those of `networkParameters`.
 */
export async function learnAnswers(
  data: TrainingData,
  description: NetworkDescription,
  rows: { train: Float32Array; validation: Float32Array },
  parameters: Parameters,
  context: TrainContext,
): Promise<LearnedAnswers> {
  const scale = data.task === 'regression' ? targetScale(data) : null
  const weights = !scale && parameters['class-weights'] === 'balanced' ? balancedWeights(data) : null
  const rowsOf = (selected: Int32Array, features: Float32Array) => ({
    ...{ count: selected.length, features },
    targets: encodeTargets(data.target, selected, outputsOf(data), scale, weights),
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
    mixed: parameters.precision === 'mixed' ? {} : undefined,
    train: rowsOf(data.train, rows.train),
    validation: rowsOf(data.validation, rows.validation),
  }
  const fitted = await fitNetwork(task, context)
  const { device, warnings, placement, bytesPerStep } = fitted
  return {
    settled: { epochs: fitted.bestEpoch, patience: fitted.bestEpoch },
    ...{ device, warnings, placement, bytesPerStep },
    async predict(count, features) {
      const predictions = await predictWith(fitted, task, count, features, context.threads)
      return scale ? predictions.map(value => Math.fround(value * scale.deviation) + scale.mean) : predictions
    },
    toGraph(graph, features) {
      const output = addNetwork(graph, fitted.network, task.loss, description.inputShape, features, fitted.parameters)
      if (!scale) return output
      return graph.node('Add', [graph.node('Mul', [output, graph.float(scale.deviation)]), graph.float(scale.mean)])
    },
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
