import { expect } from 'vitest'
import type { Table } from '../../../shared/inference/table.ts'
import { GraphBuilder, loadOnnxRuntime, openSession } from '../runtime/index.ts'
import type { FittedModel } from './algorithm.ts'

/** What the exported graph of a model gives for rows of a table (all of them) whose one column of text, where it has one, holds `texts` there. */
export async function exportedAnswers(
  fitted: FittedModel,
  { columns, rows }: Table,
  texts: readonly string[] = [],
  asked = Int32Array.from({ length: rows }, (_, row) => row),
): Promise<Float32Array> {
  const { Tensor } = await loadOnnxRuntime()
  const numbers = columns.filter(column => column.kind === 'numeric')
  const graph = new GraphBuilder()
  if (numbers.length > 0) graph.input('numeric', 'float32', ['N', numbers.length])
  if (texts.length > 0) graph.input('text', 'string', ['N', 1])
  const output = fitted.toGraph(graph, {
    numbers: 'numeric',
    numeric: new Map(numbers.map(({ name }, slot) => [name, slot])),
    text: new Map(columns.filter(column => column.kind === 'text').map(({ name }) => [name, 0])),
  })
  graph.output(output, 'float32', ['N', 'C'])
  const session = await openSession(graph.build(), { threads: 1 })
  const matrix = Float32Array.from([...asked].flatMap(row => numbers.map(({ values }) => values[row]!)))
  const result = await session.run({
    ...(numbers.length > 0 ? { numeric: new Tensor('float32', matrix, [asked.length, numbers.length]) } : {}),
    ...(texts.length > 0 ? { text: new Tensor('string', [...texts], [texts.length, 1]) } : {}),
  })
  await session.release()
  return result[output]!.data as Float32Array
}

/** To 1e-5, as a file has to agree with what wrote it. */
export function expectSame(one: Float32Array, other: Float32Array): void {
  expect(one).toHaveLength(other.length)
  one.forEach((value, i) => {
    expect(Math.abs(value - other[i]!)).toBeLessThan(1e-5)
  })
}
