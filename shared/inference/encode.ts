import { AppError } from '../errors.ts'
import { toNumber, toText } from './raw-value.ts'
import { type ColumnSlot, missingText, type RawRow, type Signature, type TensorInput } from './signature.ts'
import type { Table, TableColumn } from './table.ts'

export type TensorData = Float32Array | Float64Array | BigInt64Array | Int32Array | Uint8Array | string[]

/** One input of `model.onnx`, row-major. `bool` data is one byte a value. */
export interface EncodedTensor {
  name: string
  type: TensorInput['type']
  dims: number[]
  data: TensorData
}

/**
 * Rows of raw values as the tensors of a signature; a field that a row lacks is missing. Numbers are shifted and scaled
 * in double and then rounded to the tensor's type. Throws `bad-data` naming row and column for a value of another type.
 */
export function encodeRows(signature: Signature, rows: readonly RawRow[]): EncodedTensor[] {
  return signature.inputs.map(input =>
    fill(input, rows.length, (slot, put) => {
      for (let row = 0; row < rows.length; row += 1) {
        const raw = Object.hasOwn(rows[row]!, slot.name) ? rows[row]![slot.name] : null
        const value = input.type === 'string' ? toText(raw) : toNumber(raw, slot.type)
        if (value === undefined) {
          throw new AppError('bad-data', `Row ${row + 1}: "${slot.name}" is not of type ${slot.type}`)
        }
        put(row, value)
      }
    }),
  )
}

/**
 * Rows `start` to `end` of a table as the tensors of a signature. Columns are found by name. Throws `bad-data` for a
 * column that is not there or of the other kind.
 */
export function encodeTable(signature: Signature, table: Table, start = 0, end = table.rows): EncodedTensor[] {
  const byName = new Map(table.columns.map(column => [column.name, column]))
  return signature.inputs.map(input =>
    fill(input, end - start, (slot, put) => {
      const column = requireColumn(byName, slot, input.type === 'string')
      if (column.kind === 'text') {
        const { codes, dictionary } = column
        for (let row = start; row < end; row += 1) {
          const code = codes[row]!
          put(row - start, code < 0 ? missingText : dictionary[code]!)
        }
      } else {
        for (let row = start; row < end; row += 1) put(row - start, column.values[row]!)
      }
    }),
  )
}

function requireColumn(columns: ReadonlyMap<string, TableColumn>, slot: ColumnSlot, wantsText: boolean): TableColumn {
  const column = columns.get(slot.name)
  if (!column) throw lacking(slot.name, [...columns.keys()])
  if ((column.kind === 'text') !== wantsText) {
    throw new AppError('bad-data', `The column "${slot.name}" is ${column.type}, the model needs ${slot.type}`)
  }
  return column
}

function lacking(name: string, columns: readonly string[]): AppError {
  const plain = (text: string) => text.replace(/[^A-Za-z0-9]+/g, '_').toLowerCase()
  const alike = columns.filter(each => plain(each) === plain(name))
  const told = `The table has no column "${name}", which the model needs`
  if (!alike.length)
    return new AppError('bad-data', told, { mend: 'Give the column that name; the model knows no other.' })
  return new AppError('bad-data', `${told}; it has "${alike[0]}"`, {
    mend: `Import the model anew with --dataset of such columns, or call "${alike[0]}" "${name}" in the file.`,
  })
}

type Put = (row: number, value: number | string) => void

function fill(input: TensorInput, rows: number, column: (slot: ColumnSlot, put: Put) => void): EncodedTensor {
  const width = input.columns.length
  const data = allocate(input.type, rows * width)
  input.columns.forEach((slot, at) => {
    column(slot, putter(data, width, at, slot))
  })
  return { name: input.name, type: input.type, dims: input.vector ? [rows] : [rows, width], data }
}

function allocate(type: TensorInput['type'], length: number): TensorData {
  switch (type) {
    case 'float32':
      return new Float32Array(length)
    case 'float64':
      return new Float64Array(length)
    case 'int64':
      return new BigInt64Array(length)
    case 'int32':
      return new Int32Array(length)
    case 'bool':
      return new Uint8Array(length)
    case 'string':
      return new Array<string>(length)
  }
}

function putter(data: TensorData, width: number, at: number, slot: ColumnSlot): Put {
  const { offset, scale, name } = slot
  if (Array.isArray(data)) {
    return (row, value) => {
      data[row * width + at] = String(value)
    }
  }
  if (data instanceof Float32Array || data instanceof Float64Array) {
    return (row, value) => {
      data[row * width + at] = (Number(value) - offset) / scale
    }
  }
  return (row, value) => {
    const scaled = (Number(value) - offset) / scale
    if (!Number.isInteger(scaled)) {
      throw new AppError(
        'bad-data',
        `Row ${row + 1}: "${name}" is ${Number.isNaN(scaled) ? 'missing' : scaled}, the model takes whole numbers there`,
      )
    }
    if (data instanceof BigInt64Array) data[row * width + at] = BigInt(scaled)
    else data[row * width + at] = scaled
  }
}
