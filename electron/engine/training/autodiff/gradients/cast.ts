import type { ElementType } from '../../../runtime/index.ts'
import { apply, type Operator, type Value } from '../value.ts'

const codes: Partial<Record<ElementType, number>> = { float32: 1, int32: 6, float16: 10, float64: 11 }

/** Truths as ones and zeros, or numbers as whole numbers: the type that ONNX numbers `to`. Constant almost everywhere. */
export const Cast: Operator = {
  id: 'Cast',
  infer([value], { to }) {
    const type = (Object.keys(codes) as ElementType[]).find(each => codes[each] === to)
    if (!type) throw new RangeError(`Cast to ${to}`)
    return { type, shape: value!.shape }
  },
  gradient: () => [null],
  examples: [{ inputs: [{ shape: [2, 3], truth: true }], attributes: { to: 11 } }],
}
export const cast = (value: Value, type: ElementType): Value => apply(Cast, [value], { to: elementCode(type) })

/** As ONNX numbers the types that there is a cast to. */
export const elementCode = (type: ElementType): number => codes[type]!

/** 1 where `truths` holds, otherwise 0, in the type of `like`. */
export const ones = (truths: Value, like: Value): Value => cast(truths, like.type)
