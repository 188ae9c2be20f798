import { formatBytes, formatCount } from '../../../shared/lib/format.ts'

type Level = 'info' | 'warn' | 'error'
interface Line {
  bytes: Buffer
  isCut: boolean
}

/** What a program may say into a job's log: its first and its last lines; the rest is counted. */
const firstLines = 1000
const lastLines = 100
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
  readonly #log: (message: string, level?: Level) => void
  readonly #hidden: string[]
  readonly #last: Line[] = []
  readonly #errors: Line[] = []

  constructor(log: (message: string, level?: Level) => void, hidden: readonly string[]) {
    this.#log = log
    this.#hidden = hidden
      .flatMap(value => value.split('\n'))
      .map(line => line.trim())
      .filter(line => line.length >= 4)
      .toSorted((a, b) => b.length - a.length)
  }

  /** The last lines of standard error. */
  get errors(): string[] {
    return this.#errors.map(line => this.#text(line))
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
      this.#line({ bytes: rest, isCut }, isError)
      rest = Buffer.alloc(0)
      isCut = false
    }
    return chunk => {
      if (chunk === null) {
        if (rest.length) end()
        return
      }
      this.bytes += chunk.length
      const ends: number[] = []
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) ends.push(at)
      let start = 0
      for (const [i, at] of ends.entries()) {
        if (this.lines < firstLines || i >= ends.length - lastLines) {
          add(chunk.subarray(start, at))
          end()
        } else {
          // It can be neither among the first nor among the last.
          this.lines += 1
          rest = Buffer.alloc(0)
          isCut = false
        }
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
    for (const line of this.#last.splice(0)) this.#log(this.#text(line))
  }

  /** Most lines of very many are never shown: their text is made only where one is. */
  #line(line: Line, isError: boolean): void {
    this.lines += 1
    if (isError) keep(this.#errors, line, lastErrorLines)
    if (this.lines <= firstLines) this.#log(this.#text(line))
    else keep(this.#last, line, lastLines)
  }

  #text({ bytes, isCut }: Line): string {
    const text = bytes.toString('utf8').replace(/\r$/, '').split('\r').at(-1)!
    return this.#hidden.reduce((shown, value) => shown.replaceAll(value, '•••'), text) + (isCut ? ' …' : '')
  }
}

function keep(lines: Line[], line: Line, most: number): void {
  lines.push(line)
  if (lines.length > most) lines.shift()
}
