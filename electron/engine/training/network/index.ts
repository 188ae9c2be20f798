export {
  type HiddenSettings,
  imageNetwork,
  multilayerPerceptron,
  type SequenceSettings,
  sequenceNetwork,
  tabularNetwork,
} from './architectures.ts'
export { buildNetwork, type LayerDescription, type Network, type NetworkDescription } from './description.ts'
export { addNetwork } from './evaluation-graph.ts'
export { type FittedNetwork, fitNetwork, type NetworkTask, predictWith } from './fit-network.ts'
export { besideGradient, inputGradientGraph } from './input-gradient.ts'
export { learnAnswers, outputsOf } from './learn-answers.ts'
export { networkParameters } from './parameters.ts'
export type { Rows } from './stepper.ts'
