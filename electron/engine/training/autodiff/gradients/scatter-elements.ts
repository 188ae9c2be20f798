import { apply, constant, type FloatType, type Operator, sizeOf, type Value } from '../value.ts'
import { cast, ones } from './cast.ts'
import { equal } from './equal.ts'
import { gather } from './gather.ts'
import { matmul } from './matmul.ts'
import { reshape } from './reshape.ts'

/**
 * Sums of rows: `rows` [..., units] added up by their `places` [...] (int32 or int64) into `count` rows, [count, units]. Written with the one
 * scattering operator that onnxruntime's CPU does in the order of the rows, so that the sums are always the same. Its gradient is gathered.
 */
export const ScatterElements: Operator = {
  id: 'ScatterElements',
  infer([rows, places], { count }) {
    const [units] = rows!.shape.slice(-1)
    if (units === undefined || [...places!.shape, units].join() !== rows!.shape.join()) {
      throw new RangeError(`Rows [${rows!.shape.join(', ')}] at places [${places!.shape.join(', ')}]`)
    }
    return { type: rows!.type, shape: [count as number, units] }
  },
  emit(graph, [rows, places], { inputs: [value], shape: [count, units], type }) {
    const many = sizeOf(value!.shape) / units!
    const flat = graph.node('Reshape', [rows!, graph.int64s([many, units!])])
    const wide = graph.node('Expand', [
      graph.node('Reshape', [places!, graph.int64s([many, 1])]),
      graph.int64s([many, units!]),
    ])
    const zero = type === 'float64' ? graph.constant({ type, dims: [], data: Float64Array.of(0) }) : graph.float(0)
    const zeros = graph.node('Expand', [zero, graph.int64s([count!, units!])])
    return graph.node('ScatterElements', [zeros, wide, flat], { axis: { int: 0 }, reduction: { string: 'add' } })
  },
  decompose([rows, places], { count }) {
    const [units] = rows!.shape.slice(-1)
    const many = sizeOf(places!.shape)
    const table = constant(
      rows!.type as FloatType,
      Float64Array.from({ length: count as number }, (_, i) => i),
      [count as number, 1],
    )
    const isThere = equal(table, reshape(cast(places!, rows!.type), [1, many]))
    return matmul(ones(isThere, rows!), reshape(rows!, [many, units!]))
  },
  gradient: ({ inputs: [, places], gradient }) => [gather(gradient, places!), null],
  examples: [
    { inputs: [{ shape: [6, 3] }, { shape: [6], below: 4 }], attributes: { count: 4 } },
    { inputs: [{ shape: [2, 3, 2] }, { shape: [2, 3], below: 5 }], attributes: { count: 5 } },
  ],
}
export const sumRows = (rows: Value, places: Value, count: number): Value =>
  apply(ScatterElements, [rows, places], { count })
