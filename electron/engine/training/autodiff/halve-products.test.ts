import { expect, test } from 'vitest'
import { GraphBuilder, readModel } from '../../runtime/index.ts'
import {
  constant,
  emit,
  gemm,
  halveProducts,
  input,
  matmul,
  mul,
  relu,
  reshape,
  transpose,
  type Value,
} from './index.ts'

const [x, v, w, c] = [
  input('x', 'float32', [4, 3]),
  input('v', 'float32', [5, 3]),
  input('w', 'float32', [5, 2]),
  input('c', 'float32', [2]),
]
const layer = (rows: Value) => relu(gemm(rows, v, { transB: true }))

/** How often each operator is written. */
function written(values: readonly Value[]): Record<string, number> {
  const graph = new GraphBuilder()
  const names = new Map([x, v, w, c].map((value, i) => [value, graph.input(`i${i}`, 'float32', value.shape)]))
  emit(graph, values, names).forEach((name, i) => {
    graph.output(name, values[i]!.type as 'float32', values[i]!.shape)
  })
  return readModel(graph.build()).operators
}

test('from product to product nothing is made float32, and what several products take is rounded once', () => {
  const hidden = layer(x)
  const [out, back] = halveProducts([gemm(hidden, w, { bias: c }), matmul(transpose(hidden, [1, 0]), x)]) as [
    Value,
    Value,
  ]
  // Rounded: x, v, w, c. Made float32: both results.
  expect(written([out, back])).toEqual({ Cast: 6, Gemm: 2, MatMul: 1, Relu: 1, Transpose: 1 })
  expect([out.type, out.shape, back.shape]).toEqual(['float32', [4, 2], [5, 3]])
})

test('what is no product takes float32, of the same rounded numbers', () => {
  const hidden = layer(x)
  const [squares, out] = halveProducts([mul(hidden, hidden), matmul(hidden, w)]) as [Value, Value]
  // Rounded: x, v, w. Made float32: the hidden numbers and the result.
  expect(written([squares, out])).toEqual({ Cast: 5, Gemm: 1, MatMul: 1, Mul: 1, Relu: 1 })
})

test('sums that are written as products, and all that no product goes into, stay as they are', () => {
  const sum = gemm(constant('float32', [1, 1, 1, 1], [1, 4]), x)
  const moved = reshape(relu(mul(x, x)), [3, 4])
  const kept = halveProducts([sum, moved, x])
  expect(kept[0]).toBe(sum)
  expect(kept[1]).toBe(moved)
  expect(kept[2]).toBe(x)
})
