import { broadcastShapes, requireSameType } from '../shapes.ts'
import { sumTo } from '../sum-to.ts'
import { apply, type Operator, scalar, type Value } from '../value.ts'

/** `yes` where the condition holds, otherwise `no`, all three broadcast. Its gradient goes to the one that was taken. */
export const Where: Operator = {
  id: 'Where',
  infer(inputs) {
    const [condition, yes, no] = inputs as [Value, Value, Value]
    requireSameType('Where', [yes, no])
    return { type: yes.type, shape: broadcastShapes(condition.shape, broadcastShapes(yes.shape, no.shape)) }
  },
  gradient({ inputs, gradient }) {
    const [condition, yes, no] = inputs as [Value, Value, Value]
    const zero = scalar(gradient, 0)
    return [null, sumTo(where(condition, gradient, zero), yes.shape), sumTo(where(condition, zero, gradient), no.shape)]
  },
  examples: [
    { inputs: [{ shape: [3, 4], truth: true }, { shape: [3, 4] }, { shape: [3, 4] }] },
    { inputs: [{ shape: [3, 4], truth: true }, { shape: [4] }, { shape: [] }] },
  ],
}
export const where = (condition: Value, yes: Value, no: Value): Value => apply(Where, [condition, yes, no])
