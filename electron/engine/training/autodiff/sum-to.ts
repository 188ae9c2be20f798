import { reduceSum } from './gradients/reduce-sum.ts'
import { reshape } from './gradients/reshape.ts'
import type { Shape, Value } from './value.ts'

/** Sums a gradient over the axes along which a tensor of `shape` was broadcast; gives it back in that shape. */
export function sumTo(gradient: Value, shape: Shape): Value {
  const extra = gradient.shape.length - shape.length
  const axes = gradient.shape.flatMap((length, axis) =>
    axis < extra || (shape[axis - extra] === 1 && length !== 1) ? [axis] : [],
  )
  const sum = axes.length > 0 ? reduceSum(gradient, axes, false) : gradient
  return sum.shape.join() === shape.join() ? sum : reshape(sum, shape)
}
