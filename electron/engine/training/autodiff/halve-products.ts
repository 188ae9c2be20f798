import { Cast, cast } from './gradients/cast.ts'
import { Columns } from './gradients/columns.ts'
import { Concat } from './gradients/concat.ts'
import { Conv } from './gradients/conv.ts'
import { Gemm } from './gradients/gemm.ts'
import { MatMul } from './gradients/matmul.ts'
import { Pad } from './gradients/pad.ts'
import { Relu } from './gradients/relu.ts'
import { Reshape } from './gradients/reshape.ts'
import { Slice } from './gradients/slice.ts'
import { Transpose } from './gradients/transpose.ts'
import { apply, type Operator, type Value } from './value.ts'

const products: ReadonlySet<Operator> = new Set([Conv, Gemm, MatMul])
/** Rounded before them or behind them, numbers are the same to the bit. */
const movers: ReadonlySet<Operator> = new Set([Columns, Concat, Pad, Reshape, Slice, Transpose])

/**
 * The same values with their products (MatMul, Gemm, Conv) in float16 and all else in float32 (Micikevicius et al. 2018, §3): what goes into
 * a product is rounded, what comes out is made float32 again. What goes from product to product, moved or through a ReLU, stays float16 on the
 * way, and what several products take is rounded once. Products with constants or truths stay float32: they stand for sums. A value that no
 * product goes into is the same object. `held` is put behind each rounding.
 */
export function halveProducts(values: readonly Value[], held: (half: Value) => Value = half => half): Value[] {
  const forms = new Map<Value, Forms>()
  for (const value of inOrder(values)) forms.set(value, formsOf(value, forms, held))
  return values.map(value => forms.get(value)!.whole)
}

/** A value as float32 and as float16; only what is asked for is ever written. */
interface Forms {
  whole: Value
  half: Value
  /** The float32 form has no more digits than the other. */
  isBornHalf: boolean
}

function formsOf(value: Value, forms: ReadonlyMap<Value, Forms>, held: (half: Value) => Value): Forms {
  const { source, type } = value
  const inputs = inputsOf(value).map(each => forms.get(each)!)
  if (type === 'float32' && source.kind === 'operator') {
    const { operator, attributes } = source
    const isProduct = products.has(operator) && !source.inputs.some(standsForSum)
    const isBornHalf =
      isProduct || ((movers.has(operator) || operator === Relu) && inputs.every(each => each.isBornHalf))
    const asHalf = () =>
      apply(
        operator,
        inputs.map(({ half }) => half),
        attributes,
      )
    if (isBornHalf) {
      const half = isProduct ? held(asHalf()) : asHalf()
      return { half, whole: cast(half, 'float32'), isBornHalf }
    }
    if (movers.has(operator)) return { half: asHalf(), whole: taking(value, inputs), isBornHalf }
  }
  const whole = taking(value, inputs)
  return { whole, half: type === 'float32' ? held(cast(whole, 'float16')) : whole, isBornHalf: false }
}

/** The value, of the float32 forms of its inputs; itself where they are what they were. */
function taking(value: Value, inputs: readonly Forms[]): Value {
  const { source } = value
  if (source.kind !== 'operator' || source.inputs.every((each, i) => each === inputs[i]!.whole)) return value
  return { ...value, source: { ...source, inputs: inputs.map(({ whole }) => whole) } }
}

const standsForSum = ({ source }: Value): boolean =>
  source.kind === 'constant' ||
  (source.kind === 'operator' && source.operator === Cast && source.inputs[0]!.type === 'bool')

const inputsOf = ({ source }: Value): readonly Value[] => (source.kind === 'operator' ? source.inputs : [])

/** All that `values` are made of, each behind its inputs; long chains are no deeper than others on the stack. */
function inOrder(values: readonly Value[]): Set<Value> {
  const order = new Set<Value>()
  const open = values.toReversed()
  while (open.length > 0) {
    const value = open.at(-1)!
    const missing = order.has(value) ? [] : inputsOf(value).filter(each => !order.has(each))
    open.push(...missing)
    if (missing.length > 0) continue
    open.pop()
    order.add(value)
  }
  return order
}
