import { apply, type Operator, type Value } from '../value.ts'

/** `data` with `rows` written over what was at `indices`; rows at the same index are the same. For steps, which have no gradient. */
export const ScatterND: Operator = {
  id: 'ScatterND',
  infer(inputs) {
    const [data, indices, rows] = inputs as [Value, Value, Value]
    if ([...indices.shape, ...data.shape.slice(1)].join() !== rows.shape.join()) {
      throw new RangeError(`Scatter of [${rows.shape.join(', ')}] into [${data.shape.join(', ')}]`)
    }
    return { type: data.type, shape: data.shape }
  },
  emit(graph, [data, indices, rows], { inputs: [, index] }) {
    const points = graph.node('Reshape', [indices!, graph.int64s([...index!.shape, 1])])
    const wide = index!.type === 'int64' ? points : graph.node('Cast', [points], { to: { int: 7 } })
    return graph.node('ScatterND', [data!, wide, rows!])
  },
  gradient: null,
  examples: [{ inputs: [{ shape: [4, 3] }, { shape: [6], below: 4 }, { shape: [6, 3] }] }],
}
export const scatterRows = (data: Value, indices: Value, rows: Value): Value => apply(ScatterND, [data, indices, rows])
