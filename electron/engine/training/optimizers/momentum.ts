import { add, mul } from '../autodiff/index.ts'
import { type Optimizer, scale } from './optimizer.ts'

const friction = 0.9

/** v ← 0.9 · v − η · (g + λ p); p ← p + v (Polyak 1964). */
export const momentum: Optimizer = {
  id: 'momentum',
  slots: 1,
  scalars: (_, { learningRate }) => [-learningRate],
  gradientFactor: ([rate]) => rate!,
  update({ parameter, gradient, slots, scalars: [rate], weightDecay }) {
    const kept = scale(slots[0]!, friction)
    const pulled = weightDecay === 0 ? kept : add(kept, mul(parameter, scale(rate!, weightDecay)))
    const velocity = add(pulled, gradient)
    return { parameter: add(parameter, velocity), slots: [velocity] }
  },
}
