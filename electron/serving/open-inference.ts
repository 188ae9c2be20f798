import { AppError } from '../../shared/errors.ts'
import type { OutputTensor } from '../../shared/inference/decode.ts'
import type { EncodedTensor } from '../../shared/inference/encode.ts'
import { missingText, type TensorInput } from '../../shared/inference/signature.ts'

/** Datatypes of the Open Inference Protocol v2 by the tensor types of a signature. */
export const datatypes: Record<TensorInput['type'], string> = {
  float32: 'FP32',
  float64: 'FP64',
  int64: 'INT64',
  int32: 'INT32',
  bool: 'BOOL',
  string: 'BYTES',
}

interface TensorHead {
  name: string
  shape: number[]
  datatype: string
  data?: unknown
  parameters?: { binary_data_size?: number; binary_data?: boolean }
}

export interface InferRequest {
  id: string | undefined
  inputs: EncodedTensor[]
  /** Which outputs are wanted (all when empty), and which of them as bytes after the JSON. */
  outputs: { name: string; isBinary: boolean }[]
  isBinary: boolean
}

const refuse = (message: string) => new AppError('bad-input', message)

/**
 * Reads an infer request. With `headerLength` (Inference-Header-Content-Length) the JSON ends there and the bytes of
 * the binary inputs follow in order, little-endian; BYTES are each a length of 4 bytes and the text.
 */
export function readInferRequest(
  body: Buffer,
  headerLength: number | null,
  wanted: readonly TensorInput[],
): InferRequest {
  if (headerLength !== null && !(Number.isInteger(headerLength) && headerLength >= 0 && headerLength <= body.length)) {
    throw refuse('Inference-Header-Content-Length is longer than the body')
  }
  const head = parseHead(headerLength === null ? body : body.subarray(0, headerLength))
  let rest = headerLength === null ? Buffer.alloc(0) : body.subarray(headerLength)
  const given = new Map<string, EncodedTensor>()
  for (const tensor of head.inputs) {
    const input = wanted.find(({ name }) => name === tensor.name)
    if (!input)
      throw refuse(`The model has no input "${tensor.name}"; it has ${wanted.map(({ name }) => name).join(', ')}`)
    const size = tensor.parameters?.binary_data_size
    let bytes: Buffer | null = null
    if (size !== undefined) {
      if (!Number.isInteger(size) || size < 0 || size > rest.length)
        throw refuse(`Input "${tensor.name}": its bytes are not all there`)
      bytes = rest.subarray(0, size)
      rest = rest.subarray(size)
    }
    given.set(tensor.name, toTensor(tensor, input, bytes))
  }
  const absent = wanted.find(({ name }) => !given.has(name))
  if (absent) throw refuse(`Input "${absent.name}" is absent`)
  if (new Set([...given.values()].map(({ dims }) => dims[0])).size > 1)
    throw refuse('The inputs have different numbers of rows')
  const isBinary = head.parameters?.binary_data_output === true
  const outputs = (head.outputs ?? []).map(({ name, parameters }) => ({
    name,
    isBinary: parameters?.binary_data ?? isBinary,
  }))
  return { id: head.id, inputs: [...given.values()], outputs, isBinary }
}

interface Head {
  id?: string
  inputs: TensorHead[]
  outputs?: TensorHead[]
  parameters?: { binary_data_output?: boolean }
}

function parseHead(bytes: Buffer): Head {
  let head: Head
  try {
    head = JSON.parse(bytes.toString('utf8')) as Head
  } catch (cause) {
    throw new AppError('bad-input', `The request is not JSON: ${(cause as Error).message}`)
  }
  const isTensor = (tensor: TensorHead | null) => typeof tensor?.name === 'string'
  if (!Array.isArray(head?.inputs) || !head.inputs.every(isTensor))
    throw refuse('The request has no list "inputs" of named tensors')
  if (head.outputs !== undefined && !(Array.isArray(head.outputs) && head.outputs.every(isTensor))) {
    throw refuse('"outputs" is no list of named tensors')
  }
  return head
}

function toTensor(tensor: TensorHead, input: TensorInput, bytes: Buffer | null): EncodedTensor {
  const { name, shape, datatype } = tensor
  if (datatype !== datatypes[input.type]) {
    throw refuse(`Input "${name}": expected datatype ${datatypes[input.type]}, got ${String(datatype)}`)
  }
  const isShape = Array.isArray(shape) && shape.every(length => Number.isInteger(length) && length >= 0)
  const width = input.columns.length
  if (!isShape || shape.length !== (input.vector ? 1 : 2) || (!input.vector && shape[1] !== width)) {
    throw refuse(`Input "${name}": expected shape [N${input.vector ? '' : `, ${width}`}], got ${JSON.stringify(shape)}`)
  }
  const length = shape.reduce((product, axis) => product * axis, 1)
  const values = bytes ? fromBytes(bytes, input.type, name, length) : fromJson(tensor.data, input.type, name)
  if (values.length !== length)
    throw refuse(`Input "${name}": shape ${JSON.stringify(shape)} has ${length} values, got ${values.length}`)
  return { name, type: input.type, dims: shape, data: values }
}

function fromJson(data: unknown, type: TensorInput['type'], name: string): EncodedTensor['data'] {
  if (!Array.isArray(data)) throw refuse(`Input "${name}" has neither "data" nor bytes`)
  const flat: unknown[] = data.flat(Number.POSITIVE_INFINITY)
  if (type === 'string') {
    return flat.map((value, i) => {
      if (value === null) return missingText
      if (typeof value !== 'string') throw refuse(`Input "${name}", value ${i}: expected a text`)
      return value
    })
  }
  const numbers = flat.map((value, i) => {
    if (value === null && type.startsWith('float')) return Number.NaN
    if (typeof value === 'boolean') return value ? 1 : 0
    if (typeof value !== 'number') throw refuse(`Input "${name}", value ${i}: expected a number`)
    if (!type.startsWith('float') && !Number.isInteger(value))
      throw refuse(`Input "${name}", value ${i}: expected a whole number`)
    return value
  })
  switch (type) {
    case 'float32':
      return Float32Array.from(numbers)
    case 'float64':
      return Float64Array.from(numbers)
    case 'int64':
      return BigInt64Array.from(numbers, BigInt)
    case 'int32':
      return Int32Array.from(numbers)
    case 'bool':
      return Uint8Array.from(numbers)
  }
}

function fromBytes(bytes: Buffer, type: TensorInput['type'], name: string, length: number): EncodedTensor['data'] {
  if (type === 'string') return readTexts(bytes, name)
  const width = { float32: 4, float64: 8, int64: 8, int32: 4, bool: 1 }[type]
  if (bytes.length !== length * width)
    throw refuse(`Input "${name}": expected ${length * width} bytes, got ${bytes.length}`)
  const copy = new Uint8Array(bytes).buffer
  switch (type) {
    case 'float32':
      return new Float32Array(copy)
    case 'float64':
      return new Float64Array(copy)
    case 'int64':
      return new BigInt64Array(copy)
    case 'int32':
      return new Int32Array(copy)
    case 'bool':
      return new Uint8Array(copy)
  }
}

function readTexts(bytes: Buffer, name: string): string[] {
  const texts: string[] = []
  let at = 0
  while (at < bytes.length) {
    const end = at + 4 <= bytes.length ? at + 4 + bytes.readUInt32LE(at) : Number.POSITIVE_INFINITY
    if (end > bytes.length) throw refuse(`Input "${name}": its texts are cut off`)
    texts.push(bytes.toString('utf8', at + 4, end))
    at = end
  }
  return texts
}

/** An answer as the protocol has it: JSON, or JSON and bytes with the length of the JSON. */
export interface InferAnswer {
  body: Buffer
  headerLength: number | null
}

export function writeInferAnswer(
  head: { id?: string; model_name: string; model_version: string },
  outputs: { name: string; tensor: OutputTensor; isBinary: boolean }[],
): InferAnswer {
  const chunks: Buffer[] = []
  const tensors = outputs.map(({ name, tensor, isBinary }) => {
    const described = { name, datatype: datatypeOf(tensor.data), shape: [...tensor.dims].map(Number) }
    if (!isBinary) return { ...described, data: jsonValues(tensor.data) }
    const bytes = toBytes(tensor.data)
    chunks.push(bytes)
    return { ...described, parameters: { binary_data_size: bytes.length } }
  })
  const json = Buffer.from(JSON.stringify({ ...head, outputs: tensors }))
  return { body: Buffer.concat([json, ...chunks]), headerLength: chunks.length > 0 ? json.length : null }
}

export function datatypeOf(data: OutputTensor['data']): string {
  if (data instanceof Float32Array) return 'FP32'
  if (data instanceof Float64Array) return 'FP64'
  if (data instanceof BigInt64Array) return 'INT64'
  if (data instanceof Int32Array) return 'INT32'
  if (data instanceof Uint8Array) return 'BOOL'
  return 'BYTES'
}

function jsonValues(data: OutputTensor['data']): unknown[] {
  if (data instanceof Uint8Array) return Array.from(data, value => value !== 0)
  return Array.from(data as ArrayLike<unknown>, value => (typeof value === 'bigint' ? Number(value) : value))
}

function toBytes(data: OutputTensor['data']): Buffer {
  if (ArrayBuffer.isView(data)) return Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  const texts = Array.from(data as ArrayLike<string>, text => {
    const bytes = Buffer.from(text)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return Buffer.concat([length, bytes])
  })
  return Buffer.concat(texts)
}
