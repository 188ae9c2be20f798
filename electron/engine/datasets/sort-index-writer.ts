import { type FileHandle, open } from 'node:fs/promises'
import type { IndexSink } from './ordered-columns.ts'
import { bitWords, columnBytes, fenceBytes, fenceRows, type Range, sectionRows } from './sort-index.ts'
import type { ValueOrder } from './value-order.ts'

/** Of fewer rows DuckDB sorts a column as quickly as a page is wanted. */
const fewestRows = 200_000
/** A sort takes 25 bytes a row. */
const mostRows = 1 << 25
/** Of one file; columns that no longer fit have no index. */
const mostBytes = 2 ** 30
/** Of the different texts of a column; longer ones are not kept. */
const mostTextBytes = 1 << 22

/** Whether columns of so many rows are worth an index, and can have one. */
export const isIndexable = (rows: number) => rows >= fewestRows && rows <= mostRows

/** Writes the orders of columns into one file, one place after the other. */
export class SortIndexWriter {
  /** Names of the columns that have a place, in its order. */
  readonly columns: string[] = []
  /** Of each of them, from which byte to before which its different texts stand; null where they are not kept. Known once it is closed. */
  texts: (Range | null)[] = []
  readonly #fences = new Map<number, Float64Array>()
  readonly #texts = new Map<number, Uint8Array>()
  readonly #handle: FileHandle
  readonly #rows: number

  private constructor(handle: FileHandle, rows: number) {
    this.#handle = handle
    this.#rows = rows
  }

  /** For columns of so many rows. */
  static async open(file: string, rows: number): Promise<SortIndexWriter> {
    return new SortIndexWriter(await open(file, 'wx'), rows)
  }

  /** Gives places to as many of these columns as there is room for, from the first on; each is to be written by its number among them. */
  reserve(names: string[]): IndexSink {
    const first = this.columns.length
    const taken = names.slice(0, Math.floor(mostBytes / (columnBytes(this.#rows) + fenceBytes(this.#rows))) - first)
    this.columns.push(...taken)
    return { indexes: taken.length, keep: (column, order) => this.#write(first + column, order) }
  }

  async #write(column: number, { values, rows, starts }: ValueOrder): Promise<void> {
    const position = column * columnBytes(this.#rows)
    await this.#writeAll(new Uint8Array(rows.buffer, rows.byteOffset, rows.byteLength), position)
    const bits = new Uint32Array(bitWords(this.#rows))
    bits.set(starts)
    await this.#writeAll(new Uint8Array(bits.buffer), position + rows.byteLength)
    const sections = new Uint8Array(32 * bitWords(this.#rows))
    const length = sectionRows(this.#rows)
    for (let section = 0, place = 0; place < rows.length; section += 1) {
      for (const end = Math.min(rows.length, place + length); place < end; place += 1) sections[rows[place]!] = section
    }
    await this.#writeAll(sections, position + rows.byteLength + bits.byteLength)
    const fences = new Float64Array(fenceBytes(this.#rows) / 8)
    for (let i = 0; i * fenceRows < values.length; i += 1) fences[i] = values[i * fenceRows]!
    this.#fences.set(column, fences)
  }

  /** Keeps the different texts of a column that has a place, ascending, where they are not too long. */
  keepTexts(name: string, texts: string[]): void {
    const bytes = Buffer.from(JSON.stringify(texts))
    if (bytes.length <= mostTextBytes) this.#texts.set(this.columns.indexOf(name), bytes)
  }

  async close(): Promise<void> {
    try {
      let position = this.columns.length * columnBytes(this.#rows)
      for (const [column, fences] of this.#fences)
        await this.#writeAll(new Uint8Array(fences.buffer), position + column * fenceBytes(this.#rows))
      position += this.columns.length * fenceBytes(this.#rows)
      this.texts = this.columns.map(() => null)
      for (const [column, texts] of this.#texts) {
        await this.#writeAll(texts, position)
        this.texts[column] = [position, position + texts.length]
        position += texts.length
      }
    } finally {
      await this.#handle.close()
    }
  }

  async #writeAll(bytes: Uint8Array, position: number): Promise<void> {
    for (let done = 0; done < bytes.length; )
      done += (await this.#handle.write(bytes, done, bytes.length - done, position + done)).bytesWritten
  }
}
