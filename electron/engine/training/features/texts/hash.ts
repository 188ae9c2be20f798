import { missingText } from '../../../../../shared/inference/signature.ts'
import type { TextEncoding } from './text-encoding.ts'

/** Columns of each text. */
const buckets = 64

/**
 * Each text as one of 64 columns, ±1, by the hash of its value: values that were never seen have one too, and those that share a column
 * mostly cancel. Column |h| mod 64, the sign that of h, the 32-bit MurmurHash3 of the UTF-8 bytes. As scikit-learn's FeatureHasher.
 */
export const hash: TextEncoding = {
  id: 'hash',
  help: `one of ${buckets} columns by its hash: for values without number, also such as are new`,
  fit: columns => ({
    width: columns.length * buckets,
    groups: [],
    names: columns.flatMap(({ name }) => Array.from({ length: buckets }, (_, i) => `${name}: hash ${i}`)),
    encode(rows, matrix, width, offset) {
      columns.forEach(({ codes, dictionary }, column) => {
        const hashes = Int32Array.from([missingText, ...dictionary], text => murmur3(encoder.encode(text)))
        for (let at = 0; at < rows.length; at += 1) {
          const own = hashes[codes[rows[at]!]! + 1]!
          matrix[at * width + offset + column * buckets + (Math.abs(own) % buckets)] = own < 0 ? -1 : 1
        }
      })
    },
    toGraph: (graph, slots) =>
      columns.map(({ name }) => {
        const text = graph.node('Gather', ['text', graph.int64s([slots.get(name)!])], { axis: { int: 1 } })
        const own = graph.node(
          'Cast',
          [graph.node('ms.MurmurHash3', [text], { seed: { int: 0 }, positive: { int: 0 } })],
          { to: { int: 7 } },
        )
        const place = graph.node('Mod', [graph.node('Abs', [own]), graph.int64s([buckets])])
        const isOwn = graph.node('Equal', [place, graph.int64s(Array.from({ length: buckets }, (_, i) => i))])
        const isNegative = graph.node('Less', [own, graph.int64s([0])])
        const sign = graph.node('Where', [isNegative, graph.float(-1), graph.float(1)])
        return graph.node('Where', [isOwn, sign, graph.float(0)])
      }),
  }),
}

const encoder = new TextEncoder()

/** MurmurHash3 (x86, 32 bits, seed 0; Appleby 2011), as a signed number. */
function murmur3(bytes: Uint8Array): number {
  const turn = (value: number, by: number) => (value << by) | (value >>> (32 - by))
  const scramble = (block: number) => Math.imul(turn(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593)
  const whole = bytes.length & ~3
  let hashed = 0
  for (let at = 0; at < whole; at += 4) {
    const block = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
    hashed = (Math.imul(turn(hashed ^ scramble(block), 13), 5) + 0xe6546b64) | 0
  }
  let rest = 0
  for (let at = bytes.length - 1; at >= whole; at -= 1) rest = (rest << 8) | bytes[at]!
  hashed ^= scramble(rest) ^ bytes.length
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85ebca6b)
  hashed = Math.imul(hashed ^ (hashed >>> 13), 0xc2b2ae35)
  return hashed ^ (hashed >>> 16)
}
