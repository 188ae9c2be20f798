import { KernelMemory } from './memory.ts'
import { KernelThreads } from './threads.ts'

/** Columns of numbers that trees are grown on: float32, missing is NaN. */
export interface ColumnSource {
  width: number
  /** 0 for numbers; else the column holds categories: whole numbers below this, and this itself for all that are not told apart. */
  categories(column: number): number
  /** Writes the values of a column at these rows. */
  write(column: number, rows: Int32Array, into: Float32Array): void
}

/** Where the header lies that `assembly/layout.ts` reads. */
export const header = 65_536
export const commands = { thresholds: 1, bin: 2, transpose: 3, start: 4, boost: 5, forest: 6 } as const
const mostThreads = 64
/** Rows that are looked at to find thresholds; more tell nothing new. */
const sampledRows = 200_000
/** Cells of a matrix below which a second thread costs more than it saves. */
const cellsForThreads = 200_000

/**
 * The columns of a training in bins, in the memory that all threads of the kernel share, and those threads. Must be ended. Thresholds and
 * bins do not depend on the number of threads.
 */
export class KernelBins {
  readonly memory = new KernelMemory()
  readonly source: ColumnSource
  readonly train: Int32Array
  readonly validation: Int32Array
  /** Words of the header. */
  readonly words: Int32Array
  readonly threads: KernelThreads
  readonly threadCount: number
  /** One a column of the source: ascending float32 thresholds; `x ≤ thresholds[b]` sends bins 0 to b left. */
  thresholds: Float32Array[] = []
  /** Place among the kernel's features → column of the source: those with many bins first. */
  columns = new Int32Array(0)
  /** Thresholds of each feature. */
  cutCounts = new Int32Array(0)

  private constructor(source: ColumnSource, train: Int32Array, validation: Int32Array, threads: number) {
    this.source = source
    this.train = train
    this.validation = validation
    this.threadCount = train.length * source.width < cellsForThreads ? 1 : Math.min(threads, mostThreads)
    this.words = this.memory.ints(header + 256, 128)
    this.words[0] = this.threadCount
    this.threads = new KernelThreads(this.memory.memory, this.threadCount)
  }

  /** Throws `out-of-memory`. */
  static async start(
    { columns, train, validation }: { columns: ColumnSource; train: Int32Array; validation: Int32Array },
    { bins, threads }: { bins: number; threads: number },
  ): Promise<KernelBins> {
    const made = new KernelBins(columns, train, validation, threads)
    try {
      await made.threads.ready()
      made.#findThresholds(bins)
      made.#layOut()
      made.#binColumns()
    } catch (error) {
      await made.threads.end()
      throw error
    }
    return made
  }

  /** A few columns at a time: the values of the next ones are written while those of the others are sorted. */
  #findThresholds(bins: number): void {
    const { source, train, memory, threadCount } = this
    this.thresholds = Array.from({ length: source.width }, (_, column) =>
      Float32Array.from({ length: source.categories(column) }, (_, category) => category),
    )
    const numeric = [...this.thresholds.keys()].filter(column => source.categories(column) === 0)
    const step = Math.max(1, Math.ceil(train.length / sampledRows))
    const sample =
      step === 1 ? train : Int32Array.from({ length: Math.ceil(train.length / step) }, (_, i) => train[i * step]!)
    const most = sample.length
    const columnBytes = 1040 + 4 * most
    const roomBytes = threadCount * (4 * most + 24_576)
    const places = [0, 1].map(() => memory.take(threadCount * columnBytes + roomBytes))
    const batches = Array.from({ length: Math.ceil(numeric.length / threadCount) }, (_, i) =>
      numeric.slice(i * threadCount, (i + 1) * threadCount),
    )
    const write = (batch: number) =>
      batches[batch]?.forEach((column, i) => {
        const own = places[batch % 2]! + i * columnBytes
        memory.ints(own, 1)[0] = bins
        source.write(column, sample, memory.floats(own + 1040, most))
      })
    write(0)
    batches.forEach((batch, index) => {
      this.words.set([batch.length, most, places[index % 2]!], 53)
      this.threads.lead(commands.thresholds, () => write(index + 1))
      batch.forEach((column, i) => {
        const own = places[index % 2]! + i * columnBytes
        this.thresholds[column] = memory.floats(own + 8, memory.ints(own, 1)[0]!).slice()
      })
    })
    memory.release(places[0]!)
  }

  /** Gives what all kinds of trees need its place, and writes the words of it (`assembly/layout.ts` names them). */
  #layOut(): void {
    const { source, train, validation, memory } = this
    const [width, rows] = [source.width, train.length]
    this.columns = Int32Array.from({ length: width }, (_, column) => column).sort(
      (a, b) => this.thresholds[b]!.length - this.thresholds[a]!.length || a - b,
    )
    this.cutCounts = Int32Array.from(this.columns, column => this.thresholds[column]!.length)
    const validationStride = Math.ceil(width / 4) * 4
    const rowStride = 8 + validationStride
    const records = memory.take(rows * rowStride)
    const validationBins = memory.take(validation.length * validationStride)
    memory.bytes(validationBins, validation.length * validationStride).fill(0)
    const cuts = memory.take(width * 1024)
    const cutValues = memory.floats(cuts, width * 256).fill(Number.POSITIVE_INFINITY)
    this.columns.forEach((column, feature) => {
      cutValues.set(this.thresholds[column]!, feature * 256)
    })
    const areSets = memory.take(width)
    memory.bytes(areSets, width).set(this.columns.map(column => Number(source.categories(column) > 0)))
    // Columns wait there to be put into bins, before the order of the rows is there.
    const orderBytes = Math.max(rows, validation.length) * 4 + 64
    this.write({
      ...{ 1: rows, 2: validation.length, 3: width, 4: rowStride, 9: records, 10: memory.take(rows * width) },
      ...{ 11: validationBins, 12: validationStride, 19: memory.take(orderBytes), 20: memory.take(orderBytes) },
      ...{ 26: this.put(this.cutCounts), 27: this.put(this.columns), 36: cuts, 38: areSets },
      39: memory.take(this.threadCount * 4352),
    })
  }

  /** Writes words of the header, by their places. */
  write(words: Readonly<Record<number, number>>): void {
    for (const [place, word] of Object.entries(words)) this.words[Number(place)] = word
  }

  /** Byte offset of a copy of the values. */
  put(values: Int32Array): number {
    const at = this.memory.take(values.byteLength)
    this.memory.ints(at, values.length).set(values)
    return at
  }

  /** The same, filled up with zeros to `length`. */
  putFloats(values: Float32Array, length: number): number {
    const at = this.memory.take(length * 4)
    this.memory.floats(at, length).fill(0).set(values)
    return at
  }

  /** One column after the other: the next is written while the threads put this one into bins. */
  #binColumns(): void {
    const { source, train, validation } = this
    const pieces = Array.from(this.columns).flatMap((column, feature) =>
      [train, validation].map((rows, isValidation) => ({ column, feature, rows, isValidation })),
    )
    const places = [this.words[19]! >>> 0, this.words[20]! >>> 0]
    const write = (piece: number) => {
      if (piece === pieces.length) return
      const { column, rows } = pieces[piece]!
      source.write(column, rows, this.memory.floats(places[piece % 2]!, rows.length))
    }
    if (pieces.length) write(0)
    pieces.forEach(({ feature, isValidation }, piece) => {
      this.words.set([feature, isValidation], 48)
      this.words[56] = places[piece % 2]!
      this.threads.lead(commands.bin, () => write(piece + 1))
    })
    this.threads.lead(commands.transpose)
  }
}
