import { addScaled, negate } from '../autodiff/index.ts'
import { type Optimizer, shrink } from './optimizer.ts'

/** p ← p − η · (g + λ p). */
export const sgd: Optimizer = {
  id: 'sgd',
  slots: 0,
  scalars: (_, { learningRate }) => [learningRate],
  update({ parameter, gradient, scalars: [rate], weightDecay }) {
    return { parameter: addScaled(shrink(parameter, rate!, weightDecay), gradient, negate(rate!)), slots: [] }
  },
}
