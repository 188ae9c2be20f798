import { gemm } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

/**
 * x · W + b with `units` columns. W starts normal with variance `gain` / inputs: 2 before a ReLU (He et al. 2015), 1
 * otherwise (LeCun et al. 1998).
 */
export const dense: LayerKind = {
  id: 'dense',
  outputShape(input, { units }) {
    if (input.length !== 1) throw new RangeError(`A dense layer takes rows of numbers, not [${input.join(', ')}]`)
    return [units!]
  },
  parameters: ([width], { units, gain = 1 }) => [
    { name: 'weight', shape: [width!, units!], deviation: Math.sqrt(gain / width!), decays: true },
    { name: 'bias', shape: [units!], deviation: 0, decays: false },
  ],
  forward: (rows, [weight, bias]) => gemm(rows, weight!, { bias: bias! }),
}
