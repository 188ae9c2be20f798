import { mul, sub } from '../autodiff/index.ts'
import { adamRate, adamStep } from './adam.ts'
import { type Optimizer, scale } from './optimizer.ts'

/** Adam with decoupled decay, p ← p − ηₜ · m / (√v + ε) − η · λ · p (Loshchilov and Hutter 2019, algorithm 2). */
export const adamw: Optimizer = {
  id: 'adamw',
  help: 'Adam whose weight decay does not pass through the running means.',
  slots: 2,
  scalars: (step, settings) => [adamRate(step, settings), settings.learningRate],
  update({ parameter, gradient, slots: kept, scalars, weightDecay }) {
    const { step, slots } = adamStep(gradient, kept, scalars[0]!)
    const moved = sub(parameter, step)
    return {
      parameter: weightDecay === 0 ? moved : sub(moved, mul(scalars[1]!, scale(parameter, weightDecay))),
      slots,
    }
  },
}
