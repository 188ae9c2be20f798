import { onnxAttributes } from '../emit.ts'
import { requireRank } from '../shapes.ts'
import { apply, type Operator, sizeOf, type Value } from '../value.ts'
import { add } from './add.ts'
import { elementCode } from './cast.ts'
import { concat } from './concat.ts'
import { pad } from './pad.ts'
import { reshape } from './reshape.ts'
import { slice } from './slice.ts'

/** Where a small window lies on an image: places that it has, zeros around the image, how far its places lie apart. */
export interface Window {
  /** Places down and over. */
  sides: readonly [number, number]
  /** Zeros above, left, below, right. */
  pads: readonly [number, number, number, number]
  dilations: readonly [number, number]
}

/** Height and width of what a window gives. */
export function windowed(images: Value, { sides, pads, dilations }: Window): [number, number] {
  const [height, width] = images.shape.slice(2) as [number, number]
  return [
    height + pads[0] + pads[2] - dilations[0] * (sides[0] - 1),
    width + pads[1] + pads[3] - dilations[1] * (sides[1] - 1),
  ]
}

/** How far each place of the window is from its first, down and over. */
const offsets = ({ sides, dilations }: Window): [number, number][] =>
  Array.from({ length: sides[0] * sides[1] }, (_, i) => [
    dilations[0] * Math.floor(i / sides[1]),
    dilations[1] * (i % sides[1]),
  ])

/**
 * What each place of a window sees of an image, one below the other ("im2col"): [N, C, H, W] → [N, C · h · w, H′ · W′]. ONNX has no such
 * operator: it is written as a convolution of every channel with kernels of one 1 each. Its gradient adds each number back to its place.
 */
export const Columns: Operator = {
  id: 'Columns',
  float32Only: true,
  infer([images], attributes) {
    requireRank('Columns', images!, 4)
    const { sides } = attributes as unknown as Window
    const [count, channels] = images!.shape as [number, number]
    const places = windowed(images!, attributes as unknown as Window)
    return { type: images!.type, shape: [count, channels * sizeOf(sides), sizeOf(places)] }
  },
  emit(graph, inputs, { inputs: [images], attributes, type, shape }) {
    const { sides, pads, dilations } = attributes as unknown as Window
    const [channels, places] = [images!.shape[1]!, sizeOf(sides)]
    const single = Float32Array.from({ length: channels * places ** 2 }, (_, i) =>
      Number(i % places === Math.floor(i / places) % places),
    )
    const ones = graph.floats(single, [channels * places, 1, ...sides])
    const weights = type === 'float32' ? ones : graph.node('Cast', [ones], { to: { int: elementCode(type) } })
    const attribute = onnxAttributes({ pads, dilations, group: channels })
    return graph.node('Reshape', [graph.node('Conv', [...inputs, weights], attribute), graph.int64s(shape)])
  },
  decompose([images], attributes) {
    const window = attributes as unknown as Window
    const [top, left, bottom, right] = window.pads
    const padded = pad(images!, [0, 0, top, left], [0, 0, bottom, right])
    const [count, channels] = padded.shape as [number, number]
    const [height, width] = windowed(images!, window)
    const parts = offsets(window).map(([down, over]) =>
      reshape(slice(padded, [2, 3], [down, over], [down + height, over + width]), [count, channels, 1, height * width]),
    )
    return reshape(concat(parts, 2), [count, channels * parts.length, height * width])
  },
  gradient({ inputs: [images], attributes, gradient }) {
    const window = attributes as unknown as Window
    const [top, left, bottom, right] = window.pads
    const [count, channels, height, width] = images!.shape as [number, number, number, number]
    const [tall, wide] = [height + top + bottom, width + left + right]
    const size = windowed(images!, window)
    const places = offsets(window)
    const byPlace = reshape(gradient, [count, channels, places.length, ...size])
    const sum = places
      .map(([down, over], i) => {
        const part = reshape(slice(byPlace, [2], [i], [i + 1]), [count, channels, ...size])
        return pad(part, [0, 0, down, over], [0, 0, tall - down - size[0], wide - over - size[1]])
      })
      .reduce((one, other) => add(one, other))
    return [slice(sum, [2, 3], [top, left], [top + height, left + width])]
  },
  examples: [
    { inputs: [{ shape: [2, 2, 4, 5] }], attributes: { sides: [3, 3], pads: [1, 1, 1, 1], dilations: [1, 1] } },
    { inputs: [{ shape: [1, 2, 3, 6] }], attributes: { sides: [2, 3], pads: [0, 2, 1, 2], dilations: [1, 2] } },
  ],
}
export const columns = (images: Value, { sides, pads, dilations }: Window): Value =>
  apply(Columns, [images], { sides, pads, dilations })
