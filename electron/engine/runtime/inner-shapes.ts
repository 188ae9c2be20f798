import { encodeRows } from '../../../shared/inference/encode.ts'
import type { RawRow, Signature } from '../../../shared/inference/signature.ts'
import { type InnerTensor, innerTensors } from './onnx/cut-model.ts'
import { withOutputs } from './onnx/read-graph.ts'
import { feedsOf, openSession } from './session.ts'

/** A tensor that a head can be put on: numbers, the same shape for every row. */
export interface FreezableTensor extends InnerTensor {
  /** Of one row. */
  shape: number[]
  /** The one that the last layer takes. */
  isLast: boolean
}

/** These give no tensor. */
const tensorless = new Set(['ZipMap', 'SequenceConstruct', 'SplitToSequence', 'Optional'])

/**
 * The tensors of a model that a head can be put on, in their order: float32 or float64, with the rows as their first axis and all others the same for two rows as for
 * three. `rows` are at least three that it answers. Throws what onnxruntime says of a model that it cannot run.
 */
export async function freezableTensors(
  model: Uint8Array,
  signature: Signature,
  rows: readonly RawRow[],
): Promise<FreezableTensor[]> {
  const output = signature.outputs.probabilities ?? signature.outputs.value ?? ''
  const { tensors, last } = innerTensors(model, output)
  const offered = tensors.filter(({ operator }) => !tensorless.has(operator))
  const names = offered.map(({ name }) => name)
  const session = await openSession(withOutputs(model, names), { threads: 1 })
  try {
    const shapesFor = async (count: number) => {
      const feeds = await feedsOf(encodeRows(signature, rows.slice(0, count)))
      const results = await session.run(feeds, names)
      return names.map(name => {
        const { type, dims } = results[name]!
        const isFloat = type === 'float32' || type === 'float64'
        return isFloat && dims.length > 1 && dims[0] === count ? dims.slice(1) : null
      })
    }
    const [two, three] = [await shapesFor(2), await shapesFor(3)]
    return offered.flatMap((tensor, i) => {
      const [shape, other] = [two[i], three[i]]
      if (!shape || shape.join() !== other?.join() || shape.includes(0)) return []
      return [{ ...tensor, shape: [...shape], isLast: tensor.name === last }]
    })
  } finally {
    await session.release()
  }
}
