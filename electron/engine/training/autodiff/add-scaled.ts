import { add } from './gradients/add.ts'
import { Gemm, gemm } from './gradients/gemm.ts'
import { mul } from './gradients/mul.ts'
import { sizeOf, type Value } from './value.ts'

/**
 * `to` + `factor` · `gradient`, where `factor` is one number. Where the gradient is a product of matrices the smaller matrix is scaled
 * instead. (`to` is not the third matrix of that product: onnxruntime would copy it with one thread before it adds.)
 */
export function addScaled(to: Value, gradient: Value, factor: Value): Value {
  const { source } = gradient
  if (source.kind === 'operator' && source.operator === Gemm && source.inputs.length === 2) {
    const [one, other] = source.inputs as [Value, Value]
    const isFirstSmaller = sizeOf(one.shape) < sizeOf(other.shape)
    const options = { transA: Boolean(source.attributes.transA), transB: Boolean(source.attributes.transB) }
    return add(to, isFirstSmaller ? gemm(mul(one, factor), other, options) : gemm(one, mul(other, factor), options))
  }
  return add(to, mul(gradient, factor))
}
