import { mul, sub } from '../autodiff/index.ts'
import { type Optimizer, withDecay } from './optimizer.ts'

/** p ← p − η · g. */
export const sgd: Optimizer = {
  id: 'sgd',
  help: 'Plain gradient steps; wants a larger learning rate than adam (0.05 to 0.5).',
  slots: 0,
  scalars: (_, { learningRate }) => [learningRate],
  update: context => ({
    parameter: sub(context.parameter, mul(withDecay(context), context.scalars[0]!)),
    slots: [],
  }),
}
