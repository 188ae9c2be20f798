import { add, mul } from '../autodiff/index.ts'
import { adamRate, adamStep } from './adam.ts'
import { type Optimizer, shrink } from './optimizer.ts'

/** Adam with decoupled decay, p ← p − ηₜ · m / (√v + ε) − η · λ · p (Loshchilov and Hutter 2019, algorithm 2). */
export const adamw: Optimizer = {
  id: 'adamw',
  slots: 2,
  scalars: (step, settings) => [-adamRate(step, settings), settings.learningRate],
  update({ parameter, gradient, slots: kept, scalars: [change, rate], weightDecay }) {
    const { step, slots } = adamStep(gradient, kept)
    return { parameter: add(shrink(parameter, rate!, weightDecay), mul(step, change!)), slots }
  },
}
