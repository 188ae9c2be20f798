import { add, divide, mul, scalar, sqrt, type Value } from '../autodiff/index.ts'
import { type Optimizer, type OptimizerSettings, scale, withDecay } from './optimizer.ts'

const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8

/** What scales the step when the slots are kept as sums, see `adamStep`: η · √(1 − β₂ᵗ) / (1 − β₁ᵗ) · (1 − β₁) / √(1 − β₂). */
export const adamRate = (step: number, { learningRate }: OptimizerSettings): number =>
  ((learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)) * ((1 - beta1) / Math.sqrt(1 - beta2))

/**
 * The slots are kept as sums, M ← β₁ M + g and V ← β₂ V + g², which are the means divided by 1 − β: two passes over every
 * parameter less. Gives M / (√V + ε / √(1 − β₂)), to be multiplied by `adamRate`.
 */
export function adamStep(gradient: Value, slots: readonly Value[]): { step: Value; slots: Value[] } {
  const sum = add(scale(slots[0]!, beta1), gradient)
  const squares = add(scale(slots[1]!, beta2), mul(gradient, gradient))
  const step = divide(sum, add(sqrt(squares), scalar(squares, epsilon / Math.sqrt(1 - beta2))))
  return { step, slots: [sum, squares] }
}

/** Kingma and Ba 2015, algorithm 1 with the bias corrections folded into the rate (end of §2). Decay is L2. */
export const adam: Optimizer = {
  id: 'adam',
  slots: 2,
  scalars: (step, settings) => [-adamRate(step, settings)],
  update(context) {
    const { step, slots } = adamStep(withDecay(context), context.slots)
    return { parameter: add(context.parameter, mul(step, context.scalars[0]!)), slots }
  },
}
