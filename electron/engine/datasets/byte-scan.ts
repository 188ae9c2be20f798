import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

export interface ByteScan {
  sha256: string
  sizeBytes: number
  isUtf8: boolean
  hasNul: boolean
  /** Longest line in bytes and its number from 1. */
  longestLine: { line: number; bytes: number }
}

/** Bytes at the end of a chunk that may be the beginning of a character whose rest comes with the next one: 0 to 3. */
function openTail(chunk: Buffer): number {
  for (let back = 1; back <= Math.min(3, chunk.length); back += 1) {
    const byte = chunk[chunk.length - back]!
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return byte >= (back === 1 ? 0xc0 : back === 2 ? 0xe0 : 0xf0) ? back : 0
  }
  return 0
}

/** One pass over the bytes of a file, in constant memory: digest, encoding, and the length of its lines. */
export async function scanBytes(
  file: string,
  signal?: AbortSignal,
  progress?: (bytes: number) => void,
): Promise<ByteScan> {
  const hash = createHash('sha256')
  let sizeBytes = 0
  let valid = true
  let hasNul = false
  let rest = Buffer.alloc(0)
  let line = 1
  let lineBytes = 0
  let longestLine = { line: 1, bytes: 0 }
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20, signal })) {
    const chunk = piece as Buffer
    hash.update(chunk)
    sizeBytes += chunk.length
    hasNul ||= chunk.includes(0)
    if (valid) {
      const joined = rest.length ? Buffer.concat([rest, chunk]) : chunk
      const tail = openTail(joined)
      valid = isUtf8(joined.subarray(0, joined.length - tail))
      rest = Buffer.from(joined.subarray(joined.length - tail))
    }
    let start = 0
    for (;;) {
      const end = chunk.indexOf(10, start)
      lineBytes += (end < 0 ? chunk.length : end) - start
      if (lineBytes > longestLine.bytes) longestLine = { line, bytes: lineBytes }
      if (end < 0) break
      line += 1
      lineBytes = 0
      start = end + 1
    }
    progress?.(sizeBytes)
  }
  return { sha256: hash.digest('hex'), sizeBytes, isUtf8: valid && rest.length === 0, hasNul, longestLine }
}
