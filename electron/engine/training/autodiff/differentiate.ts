import { add } from './gradients/add.ts'
import { constant, type FloatType, sizeOf, type Value } from './value.ts'

/**
 * Reverse mode: the gradients of the scalar `of` with respect to each of `targets`, as values of the same graph; zeros
 * where `of` does not depend on one. Gradients of gradients work. Throws where an operator on the way has no gradient.
 */
export function differentiate(of: Value, targets: readonly Value[]): Value[] {
  if (sizeOf(of.shape) !== 1) throw new RangeError(`Only a scalar has gradients, not [${of.shape.join(', ')}]`)
  const order = dependentsOf(of, new Set(targets))
  const gradients = new Map<Value, Value>([[of, constant(of.type as FloatType, [1], of.shape)]])
  for (const value of order.toReversed()) {
    const gradient = gradients.get(value)
    if (!gradient || value.source.kind !== 'operator' || targets.includes(value)) continue
    const { operator, inputs, attributes } = value.source
    if (!operator.gradient) throw new Error(`${operator.id} has no gradient`)
    operator.gradient({ inputs, attributes, output: value, gradient }).forEach((part, position) => {
      const into = inputs[position]!
      if (!part || !order.includes(into)) return
      if (part.shape.join() !== into.shape.join()) {
        throw new RangeError(`${operator.id} gave a gradient [${part.shape.join(', ')}] for [${into.shape.join(', ')}]`)
      }
      const sum = gradients.get(into)
      gradients.set(into, sum ? add(sum, part) : part)
    })
  }
  return targets.map(
    target =>
      gradients.get(target) ?? constant(target.type as FloatType, new Float64Array(sizeOf(target.shape)), target.shape),
  )
}

/** Values between `targets` and `of`, those that are computed from others after them. */
function dependentsOf(of: Value, targets: ReadonlySet<Value>): Value[] {
  const depends = new Map<Value, boolean>()
  const order: Value[] = []
  const visit = (value: Value): boolean => {
    const known = depends.get(value)
    if (known !== undefined) return known
    const inputs = value.source.kind === 'operator' ? value.source.inputs : []
    const through = inputs.map(visit).some(Boolean)
    const result = through || targets.has(value)
    depends.set(value, result)
    if (result) order.push(value)
    return result
  }
  visit(of)
  return order
}
