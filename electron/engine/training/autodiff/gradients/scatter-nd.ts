import { apply, type Operator, type Value } from '../value.ts'
import { gather } from './gather.ts'

/**
 * `data` with `rows` at `indices`: added where `adds` is 1, rows at the same index adding up; else written over what was there, rows at
 * the same index being the same. The gradient of added `rows` is gathered; the written ones have none.
 */
export const ScatterND: Operator = {
  id: 'ScatterND',
  infer(inputs) {
    const [data, indices, rows] = inputs as [Value, Value, Value]
    if ([...indices.shape, ...data.shape.slice(1)].join() !== rows.shape.join()) {
      throw new RangeError(`Scatter of [${rows.shape.join(', ')}] into [${data.shape.join(', ')}]`)
    }
    return { type: data.type, shape: data.shape }
  },
  emit(graph, [data, indices, rows], { inputs: [, index], attributes: { adds } }) {
    const points = graph.node('Reshape', [indices!, graph.int64s([...index!.shape, 1])])
    const wide = index!.type === 'int64' ? points : graph.node('Cast', [points], { to: { int: 7 } })
    return graph.node('ScatterND', [data!, wide, rows!], adds ? { reduction: { string: 'add' } } : {})
  },
  gradient({ inputs: [, indices], attributes: { adds }, gradient }) {
    if (!adds) throw new Error('Rows that are written over others have no gradient')
    return [gradient, null, gather(gradient, indices!)]
  },
  examples: [{ inputs: [{ shape: [4, 3] }, { shape: [6], below: 4 }, { shape: [6, 3] }], attributes: { adds: 1 } }],
}
export const scatterAdd = (data: Value, indices: Value, rows: Value): Value =>
  apply(ScatterND, [data, indices, rows], { adds: 1 })
export const scatterRows = (data: Value, indices: Value, rows: Value): Value =>
  apply(ScatterND, [data, indices, rows], { adds: 0 })
