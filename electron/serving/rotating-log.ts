import { closeSync, fstatSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { leftOutLine } from '../../shared/lib/left-out.ts'
import { firstLinesIn, logFileName, mostLogFileBytes } from '../../shared/lib/log-files.ts'

/** A line that does not end is written in pieces of this size. */
const longestPiece = 64 * 1024

/**
 * Writes lines into files of a bounded size and keeps the newest two. What cannot be written (a full disk) is counted, and
 * said in the log as soon as it can be written again.
 */
export class RotatingLog {
  readonly #folder: string
  readonly #maxBytes: number
  #firstLine: number
  #descriptor: number
  #sizeBytes: number
  #lines: number
  #lost = 0

  constructor(folder: string, maxBytes = mostLogFileBytes) {
    this.#folder = folder
    this.#maxBytes = maxBytes
    this.#firstLine = firstLinesIn(readdirSync(folder)).at(-1) ?? 0
    const path = join(folder, logFileName(this.#firstLine))
    this.#descriptor = openSync(path, 'a')
    this.#sizeBytes = fstatSync(this.#descriptor).size
    this.#lines = countLines(readFileSync(path))
  }

  /** Takes what a program writes, line by line. */
  follow(stream: Readable): void {
    let rest: Buffer = Buffer.alloc(0)
    stream.on('data', (chunk: Buffer) => {
      const bytes = Buffer.concat([rest, chunk])
      const end = bytes.lastIndexOf(0x0a) + 1
      if (end > 0) this.write(bytes.subarray(0, end))
      rest = bytes.subarray(end)
      if (rest.length < longestPiece) return
      this.write(withEnd(rest))
      rest = Buffer.alloc(0)
    })
    stream.on('end', () => rest.length > 0 && this.write(withEnd(rest)))
    stream.on('error', () => {})
  }

  /** Whole lines. */
  write(lines: Buffer): void {
    try {
      if (this.#sizeBytes > 0 && this.#sizeBytes + lines.length > this.#maxBytes) this.#turn()
      if (this.#lost > 0) {
        this.#append(Buffer.from(`${leftOutLine(this.#lost)}: they could not be written\n`))
        this.#lost = 0
      }
      this.#append(lines)
    } catch {
      this.#lost += countLines(lines)
    }
  }

  #append(bytes: Buffer): void {
    for (let rest = bytes; rest.length > 0; ) {
      const written = writeSync(this.#descriptor, rest)
      this.#sizeBytes += written
      rest = rest.subarray(written)
    }
    this.#lines += countLines(bytes)
  }

  /** Begins the next file, and takes all but the one before it away. */
  #turn(): void {
    const next = this.#firstLine + this.#lines
    const descriptor = openSync(join(this.#folder, logFileName(next)), 'a')
    closeSync(this.#descriptor)
    const before = this.#firstLine
    this.#descriptor = descriptor
    this.#firstLine = next
    this.#sizeBytes = 0
    this.#lines = 0
    for (const old of firstLinesIn(readdirSync(this.#folder))) {
      if (old < before) removeIfFree(join(this.#folder, logFileName(old)))
    }
  }
}

/** Somebody may be reading it, which Windows minds: then it goes the next time. */
function removeIfFree(path: string): void {
  try {
    rmSync(path, { force: true })
  } catch (error) {
    if (!['EBUSY', 'EPERM', 'EACCES'].includes(String((error as NodeJS.ErrnoException).code))) throw error
  }
}

function withEnd(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.from('\n')])
}

function countLines(bytes: Buffer): number {
  let lines = 0
  for (let at = bytes.indexOf(0x0a); at >= 0; at = bytes.indexOf(0x0a, at + 1)) lines += 1
  return lines
}
