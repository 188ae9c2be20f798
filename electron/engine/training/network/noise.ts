import { Pcg32 } from '../../numerics/index.ts'
import {
  add,
  cast,
  constant,
  gather,
  greater,
  input,
  ones,
  reshape,
  type Shape,
  scalar,
  sizeOf,
  sub,
  type Value,
} from '../autodiff/index.ts'

/** In how many places a step's noise may begin. */
export const noiseOffsets = 65_536

/**
 * Numbers from 0 to 1 of a step: two fixed tables of random numbers, each read from its own place on, added modulo 1. The places are
 * scalars of the step, which are added to `offsets`; so noise follows from (seed, step) on every device.
 */
export function noise(shape: Shape, offsets: Value[]): Value {
  const count = sizeOf(shape)
  const parts = [1, 2].map(stream => {
    const random = new Pcg32(count, stream)
    const table = constant(
      'float32',
      Float64Array.from({ length: count + noiseOffsets }, () => random.nextFloat()),
      [count + noiseOffsets],
    )
    const offset = input(`offset${offsets.length}`, 'float32', [1])
    offsets.push(offset)
    const order = constant(
      'float32',
      Float64Array.from({ length: count }, (_, i) => i),
      [count],
    )
    return gather(table, cast(add(order, offset), 'int32'))
  })
  const sum = add(parts[0]!, parts[1]!)
  return reshape(sub(sum, ones(greater(sum, scalar(sum, 1)), sum)), shape)
}

/** Where the noise of a step begins. */
export function noisePlaces(seed: number, step: number, count: number): number[] {
  const random = new Pcg32(seed, 1000 + step)
  return Array.from({ length: count }, () => random.nextBelow(noiseOffsets))
}
