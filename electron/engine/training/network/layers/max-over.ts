import { reduceMax, reshape, slice } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/** Of a sequence [channels, 1, length] the largest value of every `size` places; what is left over at its end is dropped. */
export const maxOver: LayerKind = {
  id: 'max-over',
  outputShape([channels, height, length], { size }) {
    if (height !== 1 || !(length! >= size!)) throw new RangeError(`${size} places do not fit [${height}, ${length}]`)
    return [channels!, 1, Math.floor(length! / size!)]
  },
  parameters: () => [],
  forward(rows, _, { size }) {
    const columns = innermost(rows)
    const [channels, , length, count] = columns.shape as [number, number, number, number]
    const places = Math.floor(length / size!)
    const whole = slice(columns, [2], [0], [places * size!])
    const largest = reduceMax(reshape(whole, [channels, places, size!, count]), [2])
    return outermost(reshape(largest, [channels, 1, places, count]))
  },
}
