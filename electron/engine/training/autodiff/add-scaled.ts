import { add } from './gradients/add.ts'
import { Gemm, gemm } from './gradients/gemm.ts'
import { mul } from './gradients/mul.ts'
import { sizeOf, type Value } from './value.ts'

/**
 * `to` + `factor` · `gradient`, where `factor` is one number. A gradient that is a product of matrices is added onto `to` as it is
 * computed, with the smaller matrix scaled: no tensor of the parameter's size is written in between.
 */
export function addScaled(to: Value, gradient: Value, factor: Value): Value {
  const { source } = gradient
  if (source.kind === 'operator' && source.operator === Gemm && source.inputs.length === 2) {
    const [one, other] = source.inputs as [Value, Value]
    const isFirstSmaller = sizeOf(one.shape) < sizeOf(other.shape)
    const options = { bias: to, transA: Boolean(source.attributes.transA), transB: Boolean(source.attributes.transB) }
    return isFirstSmaller ? gemm(mul(one, factor), other, options) : gemm(one, mul(other, factor), options)
  }
  return add(to, mul(gradient, factor))
}
