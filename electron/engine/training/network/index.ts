export {
  buildNetwork,
  type LayerDescription,
  multilayerPerceptron,
  type Network,
  type NetworkDescription,
} from './description.ts'
export { addNetwork } from './evaluation-graph.ts'
export { type FittedNetwork, fitNetwork, type NetworkTask, predictWith } from './fit-network.ts'
export type { Rows } from './stepper.ts'
