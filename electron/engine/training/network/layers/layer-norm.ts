import { add, divide, mul, reduceMean, scalar, sizeOf, sqrt, sub } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

/** Each row less its mean, divided by its standard deviation, then scaled and shifted number by number (Ba, Kiros and Hinton 2016). */
export const layerNorm: LayerKind = {
  id: 'layer-norm',
  outputShape(input) {
    if (input.length !== 1) throw new RangeError(`Layer norm takes rows of numbers, not [${input.join(', ')}]`)
    return input
  },
  parameters: input => [
    { name: 'scale', shape: [sizeOf(input)], deviation: 0, start: 1, decays: false },
    { name: 'shift', shape: [sizeOf(input)], deviation: 0, decays: false },
  ],
  forward(rows, [scale, shift]) {
    const centred = sub(rows, reduceMean(rows, [1], true))
    const variance = reduceMean(mul(centred, centred), [1], true)
    return add(mul(divide(centred, sqrt(add(variance, scalar(variance, 1e-5)))), scale!), shift!)
  },
}
