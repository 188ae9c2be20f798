import {
  add,
  constant,
  differentiate,
  divide,
  equal,
  greater,
  input,
  mul,
  reduceSum,
  reshape,
  scalar,
  type Value,
  where,
} from '../autodiff/index.ts'
import type { Optimizer } from '../optimizers/index.ts'
import { clipped, scaled } from './clip.ts'
import { rowsOf } from './update-rows.ts'

/** Mixed precision; what is left out is as PyTorch's GradScaler has it. */
export interface MixedPrecision {
  /** What the loss is multiplied by at first, a power of two. */
  start?: number
  /** Steps without overflow after which the scale is doubled. */
  interval?: number
  /** Put behind each rounding to float16: onnxruntime's CPU leaves out what is rounded and made float32 again at once. */
  held?: (half: Value) => Value
}

const defaultStart = 65_536
const defaultInterval = 2000
/** The scale stays between them, as in NVIDIA's Apex above; below it a float16 has nothing to gain. */
const bounds = { least: 2 ** -14, most: 2 ** 24 }

/** Of the state of a training in mixed precision, all of shape [1]. */
export const scalingNames = ['scale', 'steps-since', 'left-out'] as const

/** How many steps of a training were left out, from its whole state. */
export const leftOutOf = (state: readonly Float32Array[]): number => state.at(-1)![0]!

/** What a step in mixed precision does, and what it keeps for the next: the scale of the loss, steps since it last changed, steps left out. */
export interface ScaledStep {
  /** As `Optimizer.update` takes them. */
  gradients: Value[]
  /** Leaves everything as it was where a gradient is not finite. */
  kept(next: Value, before: Value): Value
  state: Value[]
  nextState: Value[]
  /** What `state` begins with. */
  starts: number[]
}

/**
 * Gradients by way of a scaled loss (Micikevicius et al. 2018, §3.2), so that small ones do not vanish in float16: the loss is multiplied by a power of two and
 * the gradients are divided by it, which loses no digit. Where one is not finite the step is left out and the scale halved; after `interval` good steps
 * it is doubled. All of it lies in the graph and its state: a checkpoint holds it.
 */
export function scaledStep(
  loss: Value,
  parameters: readonly Value[],
  { factor, clip }: { factor?: Value; clip: number },
  { start = defaultStart, interval = defaultInterval }: MixedPrecision,
): ScaledStep {
  const state = scalingNames.map(name => input(name, 'float32', [1]))
  const [scale, since, leftOut] = state as [Value, Value, Value]
  const found = differentiate(mul(loss, reshape(scale, loss.shape)), parameters)
  const areAllFinite = areFinite(found)
  const one = constant('float32', [1], [1])
  const back = divide(one, scale)
  const gradients =
    clip > 0
      ? clipped(
          found.map(gradient => scaled(gradient, back)),
          clip,
        ).map(gradient => (factor ? scaled(gradient, factor) : gradient))
      : found.map(gradient => scaled(gradient, factor ? mul(back, factor) : back))
  const counted = add(since, one)
  const isDue = equal(counted, constant('float32', [interval], [1]))
  const doubled = within(where(isDue, mul(scale, scalar(scale, 2)), scale))
  const halved = within(mul(scale, scalar(scale, 0.5)))
  const zero = constant('float32', [0], [1])
  return {
    gradients,
    kept: (next, before) => where(areAllFinite, next, before),
    state,
    nextState: [
      where(areAllFinite, doubled, halved),
      where(areAllFinite, where(isDue, zero, counted), zero),
      add(leftOut, where(areAllFinite, zero, one)),
    ],
    starts: [start, 0, 0],
  }
}

/** An optimizer that leaves parameter and slots as they were where the step is left out. */
export const keeping = (optimizer: Optimizer, { kept }: ScaledStep): Optimizer => ({
  ...optimizer,
  update(context) {
    const { parameter, slots } = optimizer.update(context)
    return {
      parameter: kept(parameter, context.parameter),
      slots: slots.map((slot, i) => kept(slot, context.slots[i]!)),
    }
  },
})

const most = 3e38

/**
 * Whether all numbers are finite, by the sum of their squares: what is not a number stays so in a sum, and is less than nothing. (WebGPU has no kernel
 * for IsNaN, and may compute as if there were none.)
 */
function areFinite(gradients: readonly Value[]): Value {
  const sums = gradients.map(gradient => {
    const numbers = rowsOf(gradient)?.rows ?? gradient
    return reduceSum(mul(numbers, numbers))
  })
  const total = sums.reduce((sum, each) => add(sum, each))
  return greater(scalar(total, most), total)
}

function within(scale: Value): Value {
  const [least, highest] = [bounds.least, bounds.most].map(bound => scalar(scale, bound)) as [Value, Value]
  const notTooLarge = where(greater(scale, highest), highest, scale)
  return where(greater(least, notTooLarge), least, notTooLarge)
}
