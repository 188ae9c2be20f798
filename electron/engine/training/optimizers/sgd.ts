import { add, negate } from '../autodiff/index.ts'
import { type Optimizer, shrink } from './optimizer.ts'

/** p ← p − η · (g + λ p). */
export const sgd: Optimizer = {
  id: 'sgd',
  slots: 0,
  scalars: (_, { learningRate }) => [-learningRate],
  gradientFactor: ([rate]) => rate!,
  update({ parameter, gradient, scalars: [rate], weightDecay }) {
    return { parameter: add(shrink(parameter, negate(rate!), weightDecay), gradient), slots: [] }
  },
}
