import { add, addScaled, mul, negate, sub } from '../autodiff/index.ts'
import { type Optimizer, scale } from './optimizer.ts'

const friction = 0.9

/** v ← 0.9 · v − η · (g + λ p); p ← p + v (Polyak 1964). */
export const momentum: Optimizer = {
  id: 'momentum',
  slots: 1,
  scalars: (_, { learningRate }) => [learningRate],
  update({ parameter, gradient, slots, scalars: [rate], weightDecay }) {
    const kept = scale(slots[0]!, friction)
    const pulled = weightDecay === 0 ? kept : sub(kept, mul(parameter, scale(rate!, weightDecay)))
    const velocity = addScaled(pulled, gradient, negate(rate!))
    return { parameter: add(parameter, velocity), slots: [velocity] }
  },
}
