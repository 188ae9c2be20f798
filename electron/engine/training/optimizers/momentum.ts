import { add, mul, sub } from '../autodiff/index.ts'
import { type Optimizer, scale, withDecay } from './optimizer.ts'

const friction = 0.9

/** v ← 0.9 · v − η · g; p ← p + v (Polyak 1964). */
export const momentum: Optimizer = {
  id: 'momentum',
  help: 'Gradient steps that keep nine tenths of the last one; learning rate about 0.01 to 0.1.',
  slots: 1,
  scalars: (_, { learningRate }) => [learningRate],
  update(context) {
    const velocity = sub(scale(context.slots[0]!, friction), mul(withDecay(context), context.scalars[0]!))
    return { parameter: add(context.parameter, velocity), slots: [velocity] }
  },
}
