import { cast, concat, gather, reshape, slice } from '../../autodiff/index.ts'
import type { LayerKind } from './layer.ts'

/**
 * The last `columns` numbers of a row are places in a table of `rows` rows; each is replaced by the `units` numbers learned there. No
 * two columns share a row of the table. What stands before them stays.
 */
export const embedding: LayerKind = {
  id: 'embedding',
  outputShape(input, { columns, units }) {
    if (input.length !== 1 || input[0]! < columns!)
      throw new RangeError(`[${input.join(', ')}] has no ${columns} columns`)
    return [input[0]! - columns! + columns! * units!]
  },
  parameters: (_, { rows, units }) => [
    // As wide as a standardised column once `units` of them are weighed together.
    { name: 'table', shape: [rows!, units!], deviation: 1 / Math.sqrt(units!), decays: false, isTable: true },
  ],
  forward(rows, [table], { columns, units }) {
    const [count, width] = rows.shape as [number, number]
    const numbers = width - columns!
    const places = cast(slice(rows, [1], [numbers], [width]), 'int32')
    const learned = reshape(gather(table!, places), [count, columns! * units!])
    return numbers === 0 ? learned : concat([slice(rows, [1], [0], [numbers]), learned], 1)
  },
}
