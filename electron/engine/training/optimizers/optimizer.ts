import { add, mul, scalar, sub, type Value } from '../autodiff/index.ts'

export interface OptimizerSettings {
  learningRate: number
  weightDecay: number
}

export interface UpdateContext {
  parameter: Value
  /** Times `gradientFactor`. */
  gradient: Value
  /** In the shape of the parameter, zeros before the first step. */
  slots: readonly Value[]
  /** One tensor of shape [1] for each number that `scalars` gave. */
  scalars: readonly Value[]
  /** Zero for parameters that do not decay, such as biases. */
  weightDecay: number
}

/** One way of turning gradients into the next parameters. One file, one line in `index.ts`. */
export interface Optimizer {
  id: string
  /** How many tensors of a parameter's shape it keeps from step to step. */
  slots: number
  /** Numbers that change from step to step, computed on the host in double; `step` counts from 1. */
  scalars(step: number, settings: OptimizerSettings): number[]
  /**
   * What `update` wants its gradients multiplied by, where it takes nothing else of them; left out for 1. Where the loss is differentiated
   * that costs one number, not a pass over each parameter.
   */
  gradientFactor?(scalars: readonly Value[]): Value
  update(context: UpdateContext): { parameter: Value; slots: Value[] }
}

/** The gradient of the loss plus ½ · decay · |parameter|². */
export function withDecay({ parameter, gradient, weightDecay }: UpdateContext): Value {
  return weightDecay === 0 ? gradient : add(gradient, scale(parameter, weightDecay))
}

export const scale = (value: Value, factor: number): Value => mul(value, scalar(value, factor))

/** p · (1 − η λ). */
export function shrink(parameter: Value, rate: Value, weightDecay: number): Value {
  return weightDecay === 0 ? parameter : mul(parameter, sub(scalar(rate, 1), scale(rate, weightDecay)))
}
