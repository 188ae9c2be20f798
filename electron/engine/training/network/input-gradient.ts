import { type ElementType, GraphBuilder, type PlainGraph, type PlainNode } from '../../runtime/index.ts'
import {
  add,
  concat,
  constant,
  conv,
  differentiate,
  divide,
  emit,
  type FloatType,
  gather,
  gemm,
  input,
  log,
  matmul,
  maxPool,
  mul,
  negate,
  pad,
  reduceMax,
  reduceMean,
  reduceSum,
  relu,
  reshape,
  type Shape,
  scalar,
  sigmoid,
  sizeOf,
  slice,
  softmax,
  sqrt,
  sub,
  tanh,
  transpose,
  type Value,
  where,
} from '../autodiff/index.ts'
import { crossEntropy, squaredError } from '../losses/index.ts'

interface Asked {
  values: Value[]
  attributes: PlainNode['attributes']
  /** Whole numbers of a constant input. */
  whole(place: number): number[]
}

/** How an operator of a written graph is followed; its places that a gradient passes, where these are not all. */
const followed: Record<string, { through?: number[]; follow(asked: Asked): Value }> = {
  Identity: { follow: ({ values: [value] }) => value! },
  Add: { follow: ({ values: [one, other] }) => add(one!, other!) },
  Sub: { follow: ({ values: [one, other] }) => sub(one!, other!) },
  Mul: { follow: ({ values: [one, other] }) => mul(one!, other!) },
  Div: { follow: ({ values: [one, other] }) => divide(one!, other!) },
  Sqrt: { follow: ({ values: [value] }) => sqrt(value!) },
  Log: { follow: ({ values: [value] }) => log(value!) },
  Relu: { follow: ({ values: [value] }) => relu(value!) },
  Tanh: { follow: ({ values: [value] }) => tanh(value!) },
  Sigmoid: { follow: ({ values: [value] }) => sigmoid(value!) },
  Softmax: { follow: ({ values: [value], attributes }) => softmax(value!, (attributes.axis as number) ?? -1) },
  Max: { follow: ({ values: [one, other] }) => add(relu(sub(one!, other!)), other!) },
  Min: { follow: ({ values: [one, other] }) => sub(one!, relu(sub(one!, other!))) },
  ReduceSum: {
    through: [0],
    follow: ({ values: [value], attributes: { keepdims = 1 }, whole }) => reduceSum(value!, whole(1), keepdims === 1),
  },
  MatMul: { follow: ({ values: [one, other] }) => matmul(one!, other!) },
  Concat: { follow: ({ values, attributes }) => concat(values, attributes.axis as number) },
  Where: { through: [1, 2], follow: ({ values: [condition, yes, no] }) => where(condition!, yes!, no!) },
  Gemm: {
    follow: ({ values: [one, other, bias], attributes: { transA, transB } }) =>
      gemm(one!, other!, { bias, transA: Boolean(transA), transB: Boolean(transB) }),
  },
  Gather: {
    through: [0],
    follow({ values: [data, indices], attributes: { axis = 0 } }) {
      if (axis === 0) return gather(data!, indices!)
      return transpose(gather(transpose(data!, [1, 0]), indices!), [1, 0])
    },
  },
  ReduceMean: {
    follow: ({ values: [value], attributes: { axes, keepdims = 1 } }) =>
      reduceMean(value!, (axes as number[] | undefined) ?? [], keepdims === 1),
  },
  ReduceMax: {
    follow: ({ values: [value], attributes: { axes, keepdims = 1 } }) =>
      reduceMax(value!, (axes as number[] | undefined) ?? [], keepdims === 1),
  },
  Transpose: { follow: ({ values: [value], attributes: { perm } }) => transpose(value!, perm as number[]) },
  Reshape: {
    through: [0],
    follow({ values: [value], whole }) {
      const wanted = whole(1).map((length, axis) => (length === 0 ? value!.shape[axis]! : length))
      const known = wanted.reduce((product, length) => (length < 0 ? product : product * length), 1)
      return reshape(
        value!,
        wanted.map(length => (length < 0 ? sizeOf(value!.shape) / known : length)),
      )
    },
  },
  Pad: {
    through: [0],
    follow({ values: [value], whole }) {
      const around = whole(1)
      return pad(value!, around.slice(0, value!.shape.length), around.slice(value!.shape.length))
    },
  },
  Slice: {
    through: [0],
    follow({ values: [value], whole }) {
      const [starts, ends, axes] = [whole(1), whole(2), whole(3)]
      return slice(
        value!,
        axes,
        starts,
        ends.map((end, i) => Math.min(end, value!.shape[axes[i]!]!)),
      )
    },
  },
  Conv: {
    follow: ({ values: [images, weights, bias], attributes: { pads = [0, 0, 0, 0] } }) =>
      conv(images!, weights!, { bias, pads: pads as number[] }),
  },
  MaxPool: { follow: ({ values: [value], attributes }) => maxPool(value!, (attributes.kernel_shape as number[])[0]!) },
}

/** Nodes on the ways from `variable` to `output` that a gradient can pass, in their order, and the tensors that stand beside these ways. */
function waysOf(graph: PlainGraph, variable: string, output: string) {
  const open = new Set([variable])
  const forward = graph.nodes.filter(node => {
    const entry = followed[node.operator]
    const isOpen = entry && node.inputs.some((name, i) => open.has(name) && (entry.through?.includes(i) ?? true))
    if (isOpen) for (const name of node.outputs) open.add(name)
    return isOpen
  })
  const needed = new Set([output])
  const nodes = forward
    .toReversed()
    .filter(({ inputs, outputs }) => {
      const isNeeded = outputs.some(name => needed.has(name))
      if (isNeeded) for (const name of inputs) needed.add(name)
      return isNeeded
    })
    .toReversed()
  const made = new Set(nodes.flatMap(({ outputs }) => outputs))
  const beside = [...needed].filter(name => name !== variable && !made.has(name) && !graph.constants.has(name))
  return { nodes, beside, isReached: made.has(output) }
}

/** Tensors that the gradient's graph must be fed, as the model has them for the same rows; null where no gradient reaches `output`. */
export function besideGradient(graph: PlainGraph, variable: string, output: string): string[] | null {
  const { beside, isReached } = waysOf(graph, variable, output)
  return isReached ? beside : null
}

/**
 * A graph whose output `gradient` is that of the summed loss with respect to `variable`, in its shape. It takes `variable` without gaps, the tensors of
 * `besideGradient`, and `targets`: classes as [rows, classes] of zeros and ones, or values [rows, 1]. What is no number of the ways (conditions, places) counts
 * as constant.
 */
export function inputGradientGraph(
  graph: PlainGraph,
  names: { variable: string; output: string; isValue: boolean },
  shapes: ReadonlyMap<string, { type: ElementType; shape: Shape }>,
): Uint8Array {
  const { variable, output, isValue } = names
  const { nodes, beside } = waysOf(graph, variable, output)
  // Names of the model's own stand beside those that are made up.
  const builder = new GraphBuilder('gradient', 'gradient_')
  const written = new Map<Value, string>()
  const known = new Map<string, Value>()
  for (const name of [variable, ...beside]) {
    const { type, shape } = shapes.get(name)!
    const value = input(name, type, shape)
    written.set(value, builder.input(name, type, [...shape]))
    known.set(name, value)
  }
  const tensor = (name: string): Value => {
    const own = known.get(name)
    if (own) return own
    const { dims, values } = graph.constants.get(name)!
    const made = constant('float32' as FloatType, values, dims)
    known.set(name, made)
    return made
  }
  for (const { operator, inputs, outputs, attributes } of nodes) {
    const { follow, through } = followed[operator]!
    const whole = (place: number) => [...graph.constants.get(inputs[place]!)!.values]
    const values = inputs.map((name, i) => (through && !through.includes(i) ? besideOf(name) : tensor(name)))
    known.set(outputs[0]!, follow({ values, attributes, whole }))
  }
  /** Places and conditions: not float32. */
  function besideOf(name: string): Value {
    const own = known.get(name)
    if (own) return own
    const { dims, values } = graph.constants.get(name)!
    const value = input(name, 'int64', dims)
    written.set(value, builder.int64s([...values], dims))
    known.set(name, value)
    return value
  }

  const answer = known.get(output)!
  const targets = input('targets', 'float32', answer.shape)
  written.set(targets, builder.input('targets', 'float32', [...answer.shape]))
  const [gradient] = differentiate(lossOf(answer, targets, isValue), [known.get(variable)!])
  const [name] = emit(builder, [gradient!], written)
  builder.node('Identity', [name!], {}, 'gradient')
  builder.output('gradient', 'float32', [...shapes.get(variable)!.shape])
  return builder.build()
}

/** Scores are taken before their softmax, where it is the last step: behind it a sure model has no gradient left. */
function lossOf(answer: Value, targets: Value, isValue: boolean): Value {
  if (isValue) return squaredError.total(answer, targets)
  const { source } = answer
  if (source.kind === 'operator' && source.operator.id === 'Softmax')
    return crossEntropy.total(source.inputs[0]!, targets)
  return negate(reduceSum(mul(targets, log(add(answer, scalar(answer, 1e-7))))))
}
