import { add, divide, mul, scalar, sqrt, sub, type Value } from '../autodiff/index.ts'
import { type Optimizer, type OptimizerSettings, scale, withDecay } from './optimizer.ts'

const beta1 = 0.9
const beta2 = 0.999
const epsilon = 1e-8

/** ηₜ = η · √(1 − β₂ᵗ) / (1 − β₁ᵗ). */
export const adamRate = (step: number, { learningRate }: OptimizerSettings): number =>
  (learningRate * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step)

/** m ← β₁ m + (1 − β₁) g; v ← β₂ v + (1 − β₂) g²; the step is ηₜ · m / (√v + ε). */
export function adamStep(gradient: Value, slots: readonly Value[], rate: Value): { step: Value; slots: Value[] } {
  const mean = add(scale(slots[0]!, beta1), scale(gradient, 1 - beta1))
  const square = add(scale(slots[1]!, beta2), scale(mul(gradient, gradient), 1 - beta2))
  return { step: mul(rate, divide(mean, add(sqrt(square), scalar(square, epsilon)))), slots: [mean, square] }
}

/** Kingma and Ba 2015, algorithm 1 with the bias corrections folded into the rate (end of §2). Decay is L2. */
export const adam: Optimizer = {
  id: 'adam',
  help: 'Steps scaled by running means of the gradient and its square; learning rate about 0.001.',
  slots: 2,
  scalars: (step, settings) => [adamRate(step, settings)],
  update(context) {
    const { step, slots } = adamStep(withDecay(context), context.slots, context.scalars[0]!)
    return { parameter: sub(context.parameter, step), slots }
  },
}
