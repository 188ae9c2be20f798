import { formatBytes, formatCount } from '../../../shared/lib/format.ts'

type Level = 'info' | 'warn' | 'error'
interface Line {
  text: string
  level: Level
}

/** What a program may say into a job's log: its first and its last lines; the rest is counted. */
const firstLines = 1000
const lastLines = 200
const longestBytes = 2000
/** Of what it says on its way down. */
const lastErrorLines = 20

/**
 * What a foreign program prints, line by line, in memory that does not grow with it. Of a line that overwrites itself (a
 * progress bar) the last state counts. `hidden` are texts that no log may hold.
 */
export class Printed {
  lines = 0
  bytes = 0
  /** The last lines of standard error. */
  readonly errors: string[] = []
  readonly #log: (message: string, level?: Level) => void
  readonly #hidden: string[]
  readonly #last: Line[] = []

  constructor(log: (message: string, level?: Level) => void, hidden: readonly string[]) {
    this.#log = log
    this.#hidden = hidden
      .flatMap(value => value.split('\n'))
      .map(line => line.trim())
      .filter(line => line.length >= 4)
      .toSorted((a, b) => b.length - a.length)
  }

  /** Takes the chunks of one stream, and `null` at its end. */
  stream(isError: boolean): (chunk: Buffer | null) => void {
    let rest = Buffer.alloc(0)
    let isCut = false
    const add = (bytes: Buffer) => {
      if (rest.length + bytes.length <= longestBytes) {
        rest = Buffer.concat([rest, bytes])
        return
      }
      const together = Buffer.concat([rest, bytes.subarray(0, longestBytes), bytes.subarray(-longestBytes)])
      const shown = together.subarray(together.lastIndexOf(13, together.length - 2) + 1)
      isCut ||= shown.length > longestBytes
      rest = Buffer.from(shown.subarray(0, longestBytes))
    }
    const end = () => {
      this.#line(rest, isCut, isError)
      rest = Buffer.alloc(0)
      isCut = false
    }
    return chunk => {
      if (chunk === null) {
        if (rest.length) end()
        return
      }
      this.bytes += chunk.length
      let start = 0
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, start)) {
        add(chunk.subarray(start, at))
        end()
        start = at + 1
      }
      if (start < chunk.length) add(chunk.subarray(start))
    }
  }

  /** Says how much was left out, and then the last lines. */
  close(): void {
    const left = this.lines - firstLines - this.#last.length
    if (left > 0) {
      this.#log(
        `${formatCount(left)} lines were left out here: of the ${formatBytes(this.bytes)} that it printed the log keeps the first ${formatCount(firstLines)} lines and the last ${lastLines}`,
        'warn',
      )
    }
    for (const { text, level } of this.#last.splice(0)) this.#log(text, level)
  }

  #line(bytes: Buffer, isCut: boolean, isError: boolean): void {
    this.lines += 1
    if (!isError && this.lines > firstLines && bytes.length === 0) return this.#keep({ text: '', level: 'info' })
    const text = this.#hide(bytes.toString('utf8').replace(/\r$/, '').split('\r').at(-1)! + (isCut ? ' …' : ''))
    if (isError) {
      this.errors.push(text)
      if (this.errors.length > lastErrorLines) this.errors.shift()
    }
    if (this.lines <= firstLines) this.#log(text)
    else this.#keep({ text, level: 'info' })
  }

  #keep(line: Line): void {
    this.#last.push(line)
    if (this.#last.length > lastLines) this.#last.shift()
  }

  #hide(text: string): string {
    return this.#hidden.reduce((shown, value) => shown.replaceAll(value, '•••'), text)
  }
}
