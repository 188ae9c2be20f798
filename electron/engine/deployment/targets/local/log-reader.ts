import { type FileHandle, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { firstLinesIn, logFileName } from '../../../../../shared/lib/log-files.ts'

/** Read at once, at most. */
const pageBytes = 512 * 1024

/** Behind a line of the log: in which file, how far into it, and how many lines there were until then. */
export interface Position {
  firstLine: number
  offset: number
  line: number
}

export interface LogPage {
  lines: string[]
  /** Behind the last of the lines. */
  position: Position
  leftOut: number
}

/** The newest `limit` lines of a log in files, or fewer where they are long. */
export async function readEnd(folder: string, limit: number): Promise<LogPage> {
  const files = firstLinesIn(await readdir(folder))
  const newest = files.at(-1)
  if (newest === undefined) return { lines: [], position: { firstLine: 0, offset: 0, line: 0 }, leftOut: 0 }
  const end = await endOf(join(folder, logFileName(newest)))
  const lines: string[] = []
  for (const firstLine of files.reverse()) {
    if (lines.length >= limit) break
    lines.unshift(...(await lastLines(join(folder, logFileName(firstLine)), limit - lines.length)))
  }
  return { lines, position: { firstLine: newest, offset: end.offset, line: newest + end.lines }, leftOut: 0 }
}

/** At most `limit` lines behind a position, from one file into the next; none is passed over unless it is gone. */
export async function readOn(folder: string, from: Position, limit: number): Promise<LogPage> {
  const files = firstLinesIn(await readdir(folder))
  let position = from
  let leftOut = 0
  if (files.length > 0 && !files.includes(from.firstLine)) {
    const oldest = files[0]!
    leftOut = Math.max(0, oldest - from.line)
    position = { firstLine: oldest, offset: 0, line: oldest }
  }
  const lines: string[] = []
  for (const firstLine of files.filter(each => each >= position.firstLine)) {
    if (firstLine > position.firstLine) position = { firstLine, offset: 0, line: firstLine }
    const read = await readLines(join(folder, logFileName(firstLine)), position.offset, limit - lines.length)
    lines.push(...read.lines)
    position = { firstLine, offset: read.end, line: position.line + read.lines.length }
    if (read.hasMore) break
  }
  return { lines, position, leftOut }
}

/** Whole lines from `offset`; a line longer than a page comes in pieces. */
async function readLines(path: string, offset: number, limit: number) {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const bytes = await bytesOf(file, Math.min(offset, size), Math.min(size, offset + pageBytes))
    const lines: string[] = []
    let end = 0
    for (let next = bytes.indexOf(0x0a); next >= 0 && lines.length < limit; next = bytes.indexOf(0x0a, end)) {
      lines.push(lineOf(bytes.subarray(end, next)))
      end = next + 1
    }
    if (lines.length === 0 && limit > 0 && bytes.length === pageBytes) {
      lines.push(lineOf(bytes))
      end = bytes.length
    }
    return { lines, end: offset + end, hasMore: bytes.includes(0x0a, end) || offset + bytes.length < size }
  } finally {
    await file.close()
  }
}

/** The last whole lines of a file. */
async function lastLines(path: string, limit: number): Promise<string[]> {
  const file = await open(path)
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - pageBytes)
    const bytes = await bytesOf(file, start, size)
    // Read from its end, a file begins in the middle of a line.
    const begin = start > 0 ? bytes.indexOf(0x0a) + 1 : 0
    const whole = bytes.subarray(begin, bytes.lastIndexOf(0x0a) + 1)
    if (whole.length === 0) return []
    return whole.toString('utf8').slice(0, -1).split(/\r?\n/).slice(-limit)
  } finally {
    await file.close()
  }
}

/** How many whole lines a file has, and where the last of them ends. */
async function endOf(path: string): Promise<{ lines: number; offset: number }> {
  const file = await open(path)
  try {
    let [lines, offset, at] = [0, 0, 0]
    for (const chunk = Buffer.alloc(pageBytes); ; ) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, at)
      if (bytesRead === 0) return { lines, offset }
      const bytes = chunk.subarray(0, bytesRead)
      for (let next = bytes.indexOf(0x0a); next >= 0; next = bytes.indexOf(0x0a, next + 1)) {
        lines += 1
        offset = at + next + 1
      }
      at += bytesRead
    }
  } finally {
    await file.close()
  }
}

async function bytesOf(file: FileHandle, start: number, end: number): Promise<Buffer> {
  const buffer = Buffer.alloc(Math.max(0, end - start))
  const { bytesRead } = await file.read(buffer, 0, buffer.length, start)
  return buffer.subarray(0, bytesRead)
}

function lineOf(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\r$/, '')
}
