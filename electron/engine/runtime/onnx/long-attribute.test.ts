import onnxProto from 'onnx-proto'
import { expect, test } from 'vitest'
import { encodeLongAttribute } from './long-attribute.ts'

const { onnx } = onnxProto
const count = 20_000

test('long lists are written as the messages that they stand for', () => {
  const floats = Float32Array.from({ length: count }, (_, i) => i / 3 - 1000)
  const ints = Array.from({ length: count }, (_, i) => (i * 7919) % 3_000_000)
  const strings = Array.from({ length: count }, (_, i) => ['LEAF', 'BRANCH_LEQ', 'größer'][i % 3]!)
  const read = (name: string, attribute: Parameters<typeof encodeLongAttribute>[1]) =>
    onnx.AttributeProto.decode(encodeLongAttribute(name, attribute)!)
  const { AttributeType } = onnx.AttributeProto
  expect(read('a', { floats })).toMatchObject({ name: 'a', type: AttributeType.FLOATS, floats: [...floats] })
  expect(read('b', { ints }).ints.map(Number)).toEqual(ints)
  const decoder = new TextDecoder()
  expect(read('c', { strings }).strings.map(bytes => decoder.decode(bytes))).toEqual(strings)
})

test('short lists, and whole numbers below 0, are left to messages', () => {
  expect(encodeLongAttribute('a', { floats: [1, 2] })).toBeNull()
  expect(encodeLongAttribute('a', { ints: Array.from({ length: count }, () => -1) })).toBeNull()
  expect(encodeLongAttribute('a', { int: 5 })).toBeNull()
})
