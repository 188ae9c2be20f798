import { add } from './gradients/add.ts'
import { concat } from './gradients/concat.ts'
import { Pad } from './gradients/pad.ts'
import { constant, type FloatType, sizeOf, type Value } from './value.ts'

/**
 * Reverse mode: the gradients of the scalar `of` with respect to each of `targets`, as values of the same graph; zeros
 * where `of` does not depend on one. Gradients of gradients work. Throws where an operator on the way has no gradient.
 */
export function differentiate(of: Value, targets: readonly Value[]): Value[] {
  if (sizeOf(of.shape) !== 1) throw new RangeError(`Only a scalar has gradients, not [${of.shape.join(', ')}]`)
  const order = dependentsOf(of, new Set(targets))
  const isBetween = new Set(order)
  const parts = new Map<Value, Value[]>([[of, [constant(of.type as FloatType, [1], of.shape)]]])
  const gradients = new Map<Value, Value>()
  for (const value of order.toReversed()) {
    const own = parts.get(value)
    if (!own) continue
    const gradient = sum(own)
    gradients.set(value, gradient)
    if (value.source.kind !== 'operator' || targets.includes(value)) continue
    const { operator, inputs, attributes } = value.source
    if (!operator.gradient) throw new Error(`${operator.id} has no gradient`)
    operator.gradient({ inputs, attributes, output: value, gradient }).forEach((part, position) => {
      const into = inputs[position]!
      if (!part || !isBetween.has(into)) return
      if (part.shape.join() !== into.shape.join()) {
        throw new RangeError(`${operator.id} gave a gradient [${part.shape.join(', ')}] for [${into.shape.join(', ')}]`)
      }
      parts.set(into, [...(parts.get(into) ?? []), part])
    })
  }
  return targets.map(
    target =>
      gradients.get(target) ?? constant(target.type as FloatType, new Float64Array(sizeOf(target.shape)), target.shape),
  )
}

/** What lies in places of its own, with zeros around it, is put side by side: a long sequence that is read step by step is one copy then. */
function sum(parts: readonly Value[]): Value {
  return sideBySide(parts) ?? parts.reduce((one, other) => add(one, other))
}

function sideBySide(parts: readonly Value[]): Value | null {
  const [{ shape }] = parts as [Value]
  const placed = parts.flatMap(({ source }) => {
    if (source.kind !== 'operator' || source.operator !== Pad) return []
    const before = (source.attributes.pads as readonly number[]).slice(0, shape.length)
    return [{ before, value: source.inputs[0]! }]
  })
  if (parts.length < 2 || placed.length < parts.length) return null
  const axis = shape.findIndex((length, i) => placed[0]!.value.shape[i] !== length)
  const isAlong = placed.every(({ value }) => value.shape.every((length, i) => i === axis || length === shape[i]))
  const sorted = placed.toSorted((one, other) => one.before[axis]! - other.before[axis]!)
  let end = 0
  for (const { before, value } of sorted) {
    if (before[axis] !== end) return null
    end += value.shape[axis]!
  }
  return isAlong && end === shape[axis]
    ? concat(
        sorted.map(({ value }) => value),
        axis,
      )
    : null
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
