import { closeSync, existsSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import type { LogLine } from '../../../shared/model/job.ts'
import type { JobLine } from './wire.ts'

/** Reads what was appended to a job's `events.jsonl` since the last call, or since this was made. A half-written last line waits for its end. */
export class EventTail {
  readonly #path: string
  #offset: number
  #rest = Buffer.alloc(0)

  constructor(path: string) {
    this.#path = path
    this.#offset = existsSync(path) ? statSync(path).size : 0
  }

  read(): JobLine[] {
    if (!existsSync(this.#path)) return []
    const descriptor = openSync(this.#path, 'r')
    const chunks: Buffer[] = [this.#rest]
    try {
      for (;;) {
        const chunk = Buffer.alloc(64 * 1024)
        const count = readSync(descriptor, chunk, 0, chunk.length, this.#offset)
        if (count === 0) break
        this.#offset += count
        chunks.push(chunk.subarray(0, count))
      }
    } finally {
      closeSync(descriptor)
    }
    const bytes = Buffer.concat(chunks)
    const end = bytes.lastIndexOf(10) + 1
    this.#rest = Buffer.from(bytes.subarray(end))
    return parseLines(bytes.toString('utf8', 0, end))
  }
}

function parseLines(text: string): JobLine[] {
  return text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as JobLine)
}

/** The log of a job from its file, numbered from 0. */
export function readLog(path: string): LogLine[] {
  if (!existsSync(path)) return []
  const text = readFileSync(path, 'utf8')
  const lines = parseLines(text.slice(0, text.lastIndexOf('\n') + 1))
  const logs = lines.filter(line => line.type === 'log')
  return logs.map(({ at, level, message }, line) => ({ line, at, level, message }))
}
