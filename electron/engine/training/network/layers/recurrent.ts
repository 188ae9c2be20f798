import { add, gemm, mul, reshape, sigmoid, slice, sub, tanh, type Value } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/**
 * What a gated recurrent unit (Cho et al. 2014, in the form of cuDNN and PyTorch) remembers of a sequence [channels, 1, length] at its end, `units` numbers:
 * z, r = σ(Wx + Uh + b); n = tanh(Wx + b + r ⊙ (Uh + c)); h ← n + z ⊙ (h − n), from zeros. Where `backwards` is 1 the sequence is read from its end, so
 * that what fills it up there comes before what counts.
 */
export const recurrent: LayerKind = {
  id: 'recurrent',
  outputShape(input, { units }) {
    if (input.length !== 3 || input[1] !== 1) throw new RangeError(`A sequence is wanted, not [${input.join(', ')}]`)
    return [units!]
  },
  parameters: ([channels], { units }) => [
    { name: 'weight', shape: [3 * units!, channels!], deviation: Math.sqrt(1 / channels!), decays: true },
    { name: 'recurrence', shape: [3 * units!, units!], deviation: Math.sqrt(1 / units!), decays: true },
    { name: 'bias', shape: [3 * units!], deviation: 0, decays: false },
    { name: 'candidate-bias', shape: [units!], deviation: 0, decays: false },
  ],
  forward(rows, [weight, recurrence, bias, candidateBias], { units, backwards }) {
    const size = units!
    const columns = innermost(rows)
    const [channels, , length, count] = columns.shape as [number, number, number, number]
    const flat = reshape(columns, [channels, count === -1 ? -1 : length * count])
    // The products with all steps' inputs are one.
    const products = gemm(weight!, flat, { bias: reshape(bias!, [3 * size, 1]) })
    const ofSteps = reshape(products, [3 * size, length, count])
    const rowsOf = (value: Value, from: number, to: number) => slice(value, [0], [from], [to])
    const own = reshape(candidateBias!, [size, 1])
    let state: Value | null = null
    for (let at = 0; at < length; at += 1) {
      const place = backwards ? length - 1 - at : at
      const now = reshape(slice(ofSteps, [1], [place], [place + 1]), [3 * size, count])
      const before: Value | null = state && gemm(recurrence!, state)
      const gates = rowsOf(now, 0, 2 * size)
      const opened = sigmoid(before ? add(gates, rowsOf(before, 0, 2 * size)) : gates)
      const [keeps, resets] = [rowsOf(opened, 0, size), rowsOf(opened, size, 2 * size)]
      const past = before ? add(rowsOf(before, 2 * size, 3 * size), own) : own
      const candidate = tanh(add(rowsOf(now, 2 * size, 3 * size), mul(resets, past)))
      state = state ? add(candidate, mul(keeps, sub(state, candidate))) : sub(candidate, mul(keeps, candidate))
    }
    return outermost(state!)
  },
}
