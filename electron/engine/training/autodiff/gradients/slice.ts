import { apply, type Operator, type Value } from '../value.ts'
import { pad } from './pad.ts'

/** From `starts` to before `ends` along `axes`. Its gradient is g with zeros around it. */
export const Slice: Operator = {
  id: 'Slice',
  infer([value], { axes, starts, ends }) {
    const shape = [...value!.shape]
    ;(axes as readonly number[]).forEach((axis, i) => {
      const [from, to] = [(starts as readonly number[])[i]!, (ends as readonly number[])[i]!]
      if (!(from >= 0 && from < to && to <= shape[axis]!)) {
        throw new RangeError(`Slice of [${shape.join(', ')}] from ${from} to ${to} along axis ${axis}`)
      }
      shape[axis] = to - from
    })
    return { type: value!.type, shape }
  },
  emit: (graph, inputs, { attributes: { axes, starts, ends } }) =>
    graph.node('Slice', [...inputs, ...[starts, ends, axes].map(list => graph.int64s(list as readonly number[]))]),
  gradient({ inputs: [value], attributes: { axes, starts, ends }, gradient }) {
    const before = value!.shape.map(() => 0)
    const after = value!.shape.map(() => 0)
    ;(axes as readonly number[]).forEach((axis, i) => {
      before[axis] = (starts as readonly number[])[i]!
      after[axis] = value!.shape[axis]! - (ends as readonly number[])[i]!
    })
    return [pad(gradient, before, after)]
  },
  examples: [
    { inputs: [{ shape: [3, 5] }], attributes: { axes: [1], starts: [1], ends: [4] } },
    { inputs: [{ shape: [2, 4, 5] }], attributes: { axes: [1, 2], starts: [0, 2], ends: [3, 5] } },
  ],
}
export function slice(
  value: Value,
  axes: readonly number[],
  starts: readonly number[],
  ends: readonly number[],
): Value {
  const isWhole = axes.every((axis, i) => starts[i] === 0 && ends[i] === value.shape[axis])
  return isWhole ? value : apply(Slice, [value], { axes, starts, ends })
}
