import { conv, reshape, type Shape } from '../../autodiff/index.ts'
import { innermost, outermost } from './innermost.ts'
import type { LayerKind } from './layer.ts'

/**
 * `filters` images, each the sum of the input's channels weighted over a window of `tall` × `size`, as tall as wide where not said; the size of
 * the image stays. A sequence is an image of one line.
 */
export const convolution: LayerKind = {
  id: 'convolution',
  outputShape(input, { filters, size, tall = size }) {
    if (input.length !== 3) throw new RangeError(`A convolution takes images, not [${input.join(', ')}]`)
    if (size! % 2 === 0 || tall! % 2 === 0) throw new RangeError(`A convolution wants an odd size, not ${size}`)
    return [filters!, ...input.slice(1)]
  },
  parameters([channels], { filters, size, tall = size, gain = 1 }) {
    const shape: Shape = [filters!, channels!, tall!, size!]
    return [
      { name: 'weight', shape, deviation: Math.sqrt(gain / (channels! * tall! * size!)), decays: true },
      { name: 'bias', shape: [filters!], deviation: 0, decays: false },
    ]
  },
  forward(rows, [weight, bias], { size, tall = size }, training) {
    const [above, before] = [(tall! - 1) / 2, (size! - 1) / 2]
    if (!training?.isBatchInnermost) return conv(rows, weight!, { bias: bias!, pads: [above, before, above, before] })
    const images = innermost(rows)
    const [channels, height, width, count] = images.shape as [number, number, number, number]
    // One image of the whole batch, in which the neighbours of a place lie `count` numbers apart.
    const result = conv(reshape(images, [1, channels, height, width * count]), weight!, {
      bias: bias!,
      pads: [above, before * count, above, before * count],
      dilations: [1, count],
    })
    return outermost(reshape(result, [result.shape[1]!, height, width, count]))
  },
}
