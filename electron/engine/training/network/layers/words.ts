import { cast, gather, reshape, transpose } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/** A row of places in one table of `rows` rows, as a sequence [units, 1, length] of the `units` numbers that are learned there. */
export const words: LayerKind = {
  id: 'words',
  outputShape(input, { units }) {
    if (input.length !== 1) throw new RangeError(`Words are a row of places, not [${input.join(', ')}]`)
    return [units!, 1, input[0]!]
  },
  parameters: (_, { rows, units }) => [
    { name: 'table', shape: [rows!, units!], deviation: 1 / Math.sqrt(units!), decays: false },
  ],
  forward(rows, [table], { units }) {
    const [count, length] = rows.shape as [number, number]
    const places = reshape(innermost(cast(rows, 'int32')), [count === -1 ? -1 : length * count])
    const learned = transpose(gather(table!, places), [1, 0])
    return outermost(reshape(learned, [units!, 1, length, count]))
  },
}
