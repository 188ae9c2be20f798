import { gemm, reshape, Transpose } from '../../autodiff/index.ts'
import { outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/**
 * x · Wᵀ + b with `units` columns. W starts normal with variance `gain` / inputs: 2 before a ReLU (He et al. 2015), 1
 * otherwise (LeCun et al. 1998).
 */
export const dense: LayerKind = {
  id: 'dense',
  outputShape(input, { units }) {
    if (input.length !== 1) throw new RangeError(`A dense layer takes rows of numbers, not [${input.join(', ')}]`)
    return [units!]
  },
  parameters: ([width], { units, gain = 1 }) => [
    { name: 'weight', shape: [units!, width!], deviation: Math.sqrt(gain / width!), decays: true },
    { name: 'bias', shape: [units!], deviation: 0, decays: false },
  ],
  forward(rows, [weight, bias], _, training) {
    const [units] = bias!.shape as [number]
    const { source } = rows
    const columns = source.kind === 'operator' && source.operator === Transpose ? source.inputs[0]! : null
    if (training?.isBatchInnermost && units >= leastTurned) {
      const options = { bias: reshape(bias!, [units, 1]), transB: !columns }
      return outermost(gemm(weight!, columns ?? rows, options))
    }
    return gemm(columns ?? rows, weight!, { bias: bias!, transA: Boolean(columns), transB: true })
  },
}

/** With fewer units the order of a product's axes makes no difference, and what comes after takes rows. */
const leastTurned = 32
