import onnxProto from 'onnx-proto'
import type { Attribute } from './graph-builder.ts'

const { onnx } = onnxProto
const { AttributeType } = onnx.AttributeProto

/** A list from this length on is written straight into bytes: as messages it would take a hundred times its size. */
const longList = 10_000
/** Fields of `AttributeProto`, all of them with a length before their bytes. */
const fields = { floats: 7, ints: 8, strings: 9 } as const

/** An attribute with a long list as the bytes of its `AttributeProto`; null for any other. */
export function encodeLongAttribute(name: string, attribute: Attribute): Uint8Array | null {
  const head = (type: number) => onnx.AttributeProto.encode(onnx.AttributeProto.create({ name, type })).finish()
  if ('floats' in attribute && attribute.floats.length >= longList) {
    const values = Float32Array.from(attribute.floats)
    const bytes = new Uint8Array(values.buffer)
    return joined([head(AttributeType.FLOATS), withLength(fields.floats, bytes)])
  }
  if ('ints' in attribute && attribute.ints.length >= longList && attribute.ints.every(value => value >= 0)) {
    return joined([head(AttributeType.INTS), withLength(fields.ints, varints(attribute.ints))])
  }
  if ('strings' in attribute && attribute.strings.length >= longList) {
    return joined([head(AttributeType.STRINGS), repeated(attribute.strings)])
  }
  return null
}

/** A field of a message: its tag, its length, its bytes. */
export function withLength(field: number, bytes: Uint8Array): Uint8Array {
  return joined([varints([field * 8 + 2, bytes.length]), bytes])
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

/** Whole numbers from 0 on, seven bits a byte, the last one without the eighth. */
function varints(values: readonly number[]): Uint8Array {
  let length = 0
  for (const value of values) {
    length += 1
    for (let rest = value; rest >= 128; rest = Math.floor(rest / 128)) length += 1
  }
  const bytes = new Uint8Array(length)
  let at = 0
  for (const value of values) {
    let rest = value
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) + 128
    bytes[at++] = rest
  }
  return bytes
}

/** Each as a field of its own; there are few different ones. */
function repeated(texts: readonly string[]): Uint8Array {
  const encoder = new TextEncoder()
  const encoded = new Map([...new Set(texts)].map(text => [text, withLength(fields.strings, encoder.encode(text))]))
  return joined(texts.map(text => encoded.get(text)!))
}
