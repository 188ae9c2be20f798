import { readFile } from 'node:fs/promises'
import { AppError } from '../../../../shared/errors.ts'
import { encodeTable } from '../../../../shared/inference/encode.ts'
import { selectRows } from '../../../../shared/inference/select-rows.ts'
import type { Signature, TensorInput } from '../../../../shared/inference/signature.ts'
import type { Table } from '../../../../shared/inference/table.ts'
import {
  cutModel,
  type FreezableTensor,
  feedsOf,
  freezableTensors,
  type GraphBuilder,
  openSession,
} from '../../runtime/index.ts'
import type { RawInputs, TrainContext } from '../algorithm.ts'
import type { BaseModel } from './base-model.ts'

/** Rows that are computed at once. */
const batchRows = 1024
/** 4 bytes each. */
const mostNumbers = 1_000_000_000

/** A model up to one of its tensors: rows of a table in, the tensor's numbers out, row by row. */
export interface FrozenPart {
  tensor: FreezableTensor
  /** Numbers of one row. */
  width: number
  /** float32 [rows.length, width]; the table is rounded as the signature says. */
  features(table: Table, rows: Int32Array, context: Pick<TrainContext, 'signal' | 'progress'>): Promise<Float32Array>
  /** Adds it to a graph; gives the name of a tensor float32 [N, width]. */
  toGraph(graph: GraphBuilder, inputs: RawInputs): string
}

/** Throws `bad-input` where the model has no such tensor, or where none is named and no layer is its last. */
export async function openFrozen(base: BaseModel, asked: string, threads: number): Promise<FrozenPart> {
  const model = new Uint8Array(await readFile(base.modelFile))
  const tensors = await freezableTensors(model, base.signature, base.rows)
  const tensor = tensors.find(({ name, isLast }) => (asked === '' ? isLast : name === asked))
  if (!tensor) {
    const reason =
      asked === ''
        ? `${base.model} has no last layer of weights that takes another's numbers`
        : `${base.model} has no tensor "${asked}" of numbers with the same shape for every row`
    throw new AppError('bad-input', reason, { mend: listed(tensors) })
  }
  const width = tensor.shape.reduce((product, length) => product * length, 1)
  const part = cutModel(model, tensor.name)
  // Numbers of the table are shifted and scaled already.
  const inputs = base.signature.inputs.map(input => ({
    ...input,
    columns: input.columns.map(slot => ({ ...slot, offset: 0, scale: 1 })),
  }))
  return {
    ...{ tensor, width },
    async features(table, rows, { signal, progress }) {
      if (rows.length * width > mostNumbers) {
        throw new AppError(
          'bad-input',
          `"${tensor.name}" has ${width} numbers a row: ${rows.length} rows of them do not fit`,
          {
            mend: 'Name a later tensor with --freeze-at, or train on fewer rows.',
          },
        )
      }
      const session = await openSession(part, { threads })
      const used = inputs.filter(({ name }) => session.inputNames.includes(name))
      const numbers = new Float32Array(rows.length * width)
      try {
        for (let from = 0; from < rows.length; from += batchRows) {
          signal.throwIfAborted()
          progress(from / rows.length, 'computing the frozen part')
          const some = rows.subarray(from, from + batchRows)
          const feeds = await feedsOf(encodeTable({ inputs: used } as Signature, selectRows(table, some)))
          const result = await session.run(feeds)
          numbers.set(result[tensor.name]!.data as Float32Array | Float64Array, from * width)
        }
      } finally {
        await session.release()
      }
      return numbers
    },
    toGraph(graph, raw) {
      const given = new Map(inputs.map(input => [input.name, addInput(graph, input, raw)]))
      const taken = graph.takeIn(part, given)
      const flat = graph.node('Reshape', [taken, graph.int64s([-1, width])])
      return graph.node('Cast', [flat], { to: { int: 1 } })
    },
  }
}

/** ONNX's numbers of the types that whole numbers and truths are cast to. */
const elementTypes: Record<TensorInput['type'], number> = {
  float32: 1,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float64: 11,
}

/** One of the model's own inputs, from the columns of ours. */
function addInput(
  graph: GraphBuilder,
  { type, columns, vector }: TensorInput,
  { numbers, numeric, text }: RawInputs,
): string {
  const isText = type === 'string'
  const slots = columns.map(({ name }) => (isText ? text : numeric).get(name)!)
  const picked = graph.node('Gather', [isText ? 'text' : numbers, graph.int64s(slots)], { axis: { int: 1 } })
  const shaped = vector ? graph.node('Reshape', [picked, graph.int64s([-1])]) : picked
  return isText || type === 'float32' ? shaped : graph.node('Cast', [shaped], { to: { int: elementTypes[type] } })
}

function listed(tensors: readonly FreezableTensor[]): string {
  if (tensors.length === 0) return 'It has none that a head could be put on.'
  const shown = tensors.slice(-12).map(({ name, shape }) => `${name} [${shape.join(' × ')}]`)
  return `It has ${shown.join(', ')}${tensors.length > 12 ? ', … (see lathe tensors)' : ''}.`
}
