import type { BoostingLoss } from './losses.ts'
import { KernelMemory } from './memory.ts'
import { KernelThreads } from './threads.ts'
import type { Tree } from './tree.ts'

/** Columns of numbers that trees are grown on: float32, missing is NaN. */
export interface ColumnSource {
  width: number
  /** 0 for numbers; else the column holds categories: whole numbers below this, and this itself for all that are not told apart. */
  categories(column: number): number
  /** Writes the values of a column at these rows. */
  write(column: number, rows: Int32Array, into: Float32Array): void
}

export interface BoostingProblem {
  columns: ColumnSource
  train: Int32Array
  validation: Int32Array
  /** Of each training row: value, 0 or 1, or class index. */
  target: Float32Array
  validationTarget: Float32Array
  loss: BoostingLoss
  /** The score of each output before the first tree. */
  start: Float32Array
}

export interface BoostingSettings {
  leaves: number
  bins: number
  minRows: number
  l2: number
  learningRate: number
  /** Share of the rows that a round is fitted to, each row drawn on its own. */
  subsample: number
  threads: number
  seed: number
}

const header = 65_536
const slotBytes = 512
const mostThreads = 64
const commands = { thresholds: 1, bin: 2, transpose: 3, start: 4, boost: 5 } as const
const losses: Record<BoostingLoss, number> = { 'squared-error': 0, logistic: 1, softmax: 2 }
/** Rows that are looked at to find thresholds; more tell nothing new. */
const sampledRows = 200_000
/** Cells of a matrix below which a second thread costs more than it saves. */
const cellsForThreads = 200_000
const leastHessian = 1e-3
const leastGain = 1e-9
/** Fewest rows of a group of categories where there are many rows, as LightGBM has it; a twentieth of fewer. */
const mostGroupRows = 100
const nodeBytes = 64
const noRows = new Int32Array(0)

/**
 * Gradient-boosted trees in WebAssembly (`assembly/`), over memory that its threads share. Every thread owns fixed rows, adds up a
 * histogram of those, and searches a share of the columns; gradients are whole numbers there, so that the same trees come from any
 * number of threads. Must be ended.
 */
export class TreeKernel {
  readonly #problem: BoostingProblem
  readonly #settings: BoostingSettings
  readonly #threadCount: number
  readonly #memory: KernelMemory
  readonly #threads: KernelThreads
  readonly #words: Int32Array
  /** One a column of the source: ascending float32 thresholds; `x ≤ thresholds[b]` sends bins 0 to b left. */
  thresholds: Float32Array[] = []
  /** Place among the kernel's features → column of the source: those with many bins first. */
  #columns = noRows
  #active = 0
  #trees = 0

  private constructor(
    problem: BoostingProblem,
    settings: BoostingSettings,
    memory: KernelMemory,
    threads: KernelThreads,
  ) {
    this.#problem = problem
    this.#settings = settings
    this.#memory = memory
    this.#threads = threads
    this.#threadCount = threadCountOf(problem, settings)
    this.#words = memory.ints(header + 256, 64)
  }

  /** Puts the columns into bins; afterwards `next` gives round after round. Throws `out-of-memory`. */
  static async start(problem: BoostingProblem, settings: BoostingSettings): Promise<TreeKernel> {
    const memory = new KernelMemory()
    memory.ints(header + 256, 1)[0] = threadCountOf(problem, settings)
    const threads = await KernelThreads.start(memory.memory, threadCountOf(problem, settings))
    const kernel = new TreeKernel(problem, settings, memory, threads)
    try {
      kernel.#findThresholds()
      kernel.#layOut()
      kernel.#binColumns()
      threads.lead(commands.start)
      // Squared errors are as large as the target makes them, and a gain is held against that.
      if (problem.loss === 'squared-error') memory.doubles(header + 1048, 1)[0] = leastGain * kernel.loss
    } catch (error) {
      await threads.end()
      throw error
    }
    return kernel
  }

  end(): Promise<void> {
    return this.#threads.end()
  }

  /** Grows the trees of round `round` (from 1), one an output. `columns` are those that it may split on; all when left out. */
  next(round: number, columns?: Int32Array): Tree[] {
    const active = this.#memory.bytes(this.#active, this.#columns.length)
    const allowed = columns && new Set(columns)
    this.#columns.forEach((column, feature) => {
      active[feature] = Number(!allowed || allowed.has(column))
    })
    this.#words[50] = round
    this.#threads.lead(commands.boost)
    return Array.from(this.#problem.start, (_, k) => this.#readTree(k))
  }

  /** Mean loss of the training rows at the present scores: log-loss, or squared error. */
  get loss(): number {
    return this.#sum(24) / this.#problem.train.length
  }

  /** The same of the validation rows; NaN where there are none. */
  get validationLoss(): number {
    return this.#sum(32) / this.#problem.validation.length
  }

  #sum(offset: number): number {
    let sum = 0
    for (let t = 0; t < this.#threadCount; t += 1) {
      sum += this.#memory.doubles(header + 4096 + t * slotBytes + offset, 1)[0]!
    }
    return sum
  }

  /** A few columns at a time: the values of the next ones are written while those of the others are sorted. */
  #findThresholds(): void {
    const { columns, train } = this.#problem
    this.thresholds = Array.from({ length: columns.width }, (_, column) =>
      Float32Array.from({ length: columns.categories(column) }, (_, category) => category),
    )
    const numeric = [...this.thresholds.keys()].filter(column => columns.categories(column) === 0)
    const step = Math.max(1, Math.ceil(train.length / sampledRows))
    const sample =
      step === 1 ? train : Int32Array.from({ length: Math.ceil(train.length / step) }, (_, i) => train[i * step]!)
    const most = sample.length
    const columnBytes = 1040 + 4 * most
    const roomBytes = this.#threadCount * (4 * most + 24_576)
    const places = [0, 1].map(() => this.#memory.take(this.#threadCount * columnBytes + roomBytes))
    const batches = Array.from({ length: Math.ceil(numeric.length / this.#threadCount) }, (_, i) =>
      numeric.slice(i * this.#threadCount, (i + 1) * this.#threadCount),
    )
    const write = (batch: number) =>
      batches[batch]?.forEach((column, i) => {
        const own = places[batch % 2]! + i * columnBytes
        this.#memory.ints(own, 1)[0] = this.#settings.bins
        columns.write(column, sample, this.#memory.floats(own + 1040, most))
      })
    write(0)
    batches.forEach((batch, index) => {
      this.#words.set([batch.length, most, places[index % 2]!], 53)
      this.#threads.lead(commands.thresholds, () => write(index + 1))
      batch.forEach((column, i) => {
        const own = places[index % 2]! + i * columnBytes
        this.thresholds[column] = this.#memory.floats(own + 8, this.#memory.ints(own, 1)[0]!).slice()
      })
    })
    this.#memory.release(places[0]!)
  }

  /** Gives everything its place, and writes the header (`assembly/layout.ts` names its words). */
  #layOut(): void {
    const { columns, train, validation, target, validationTarget, start, loss } = this.#problem
    const { leaves, minRows, l2, learningRate, subsample, seed } = this.#settings
    const memory = this.#memory
    const [width, rows, outputs, threads] = [columns.width, train.length, start.length, this.#threadCount]
    this.#columns = Int32Array.from({ length: width }, (_, column) => column).sort(
      (a, b) => this.thresholds[b]!.length - this.thresholds[a]!.length || a - b,
    )
    const cutCounts = Int32Array.from(this.#columns, column => this.thresholds[column]!.length)
    const groups = Math.ceil(width / 4)
    const padded = Math.ceil(rows / 4) * 4
    // Four features lie side by side at the stride of the first, which has most bins; cells come in pairs.
    const strides = Int32Array.from({ length: groups }, (_, group) => Math.ceil(cutCounts[4 * group]! / 2 + 1) * 16)
    const starts = new Int32Array(groups)
    for (let group = 1; group < groups; group += 1) starts[group] = starts[group - 1]! + 4 * strides[group - 1]!
    const histogramBytes = Math.ceil((starts.at(-1)! + 4 * strides.at(-1)!) / 64) * 64
    const histogramStarts = Int32Array.from(
      { length: width },
      (_, feature) => starts[feature >> 2]! + (feature & 3) * strides[feature >> 2]!,
    )
    const put = (values: Int32Array) => {
      const at = memory.take(values.byteLength)
      memory.ints(at, values.length).set(values)
      return at
    }
    const putFloats = (values: Float32Array, length: number) => {
      const at = memory.take(length * 4)
      memory.floats(at, length).fill(0).set(values)
      return at
    }
    const validationStride = groups * 4
    const rowStride = 8 + validationStride
    const records = memory.take(rows * rowStride)
    const validationBins = memory.take(validation.length * validationStride)
    memory.bytes(validationBins, validation.length * validationStride).fill(0)
    // Columns wait here to be put into bins, before the order of the rows is here.
    const most = Math.max(rows, validation.length)
    const scores = memory.take(padded * outputs * 4)
    const validationScores = memory.take(Math.max(1, validation.length) * outputs * 4)
    for (const [at, count] of [
      [scores, padded],
      [validationScores, validation.length],
    ] as const) {
      const all = memory.floats(at, count * outputs)
      for (let row = 0; row < count; row += 1) all.set(start, row * outputs)
    }
    const cuts = memory.take(width * 1024)
    const cutValues = memory.floats(cuts, width * 256).fill(Number.POSITIVE_INFINITY)
    this.#columns.forEach((column, feature) => {
      cutValues.set(this.thresholds[column]!, feature * 256)
    })
    this.#active = memory.take(width)
    const areSets = memory.take(width)
    memory.bytes(areSets, width).set(this.#columns.map(column => Number(columns.categories(column) > 0)))
    const groupRows = Math.round(Math.max(minRows, Math.min(mostGroupRows, rows / 20)))
    const treeBytes = (2 * leaves - 1) * nodeBytes + 8
    this.#trees = memory.take(outputs * treeBytes)
    const slots = Math.max(1, leaves - 1)
    const words = {
      ...{ 0: threads, 1: rows, 2: validation.length, 3: width, 4: rowStride, 5: outputs, 6: losses[loss] },
      ...{ 7: leaves, 8: minRows, 9: records, 10: memory.take(rows * width), 11: validationBins },
      ...{ 12: validationStride, 13: memory.take(padded * outputs * 4), 14: memory.take(padded * 4) },
      ...{ 15: scores, 16: validationScores, 17: putFloats(target, padded) },
      ...{ 18: putFloats(validationTarget, Math.max(1, validation.length)) },
      ...{ 19: memory.take(most * 4 + 64), 20: memory.take(most * 4 + 64) },
      ...{ 21: memory.take(slots * histogramBytes), 22: histogramBytes, 23: slots },
      ...{ 24: memory.take(threads * histogramBytes), 25: memory.take((threads * histogramBytes) / 2) },
      ...{ 26: put(cutCounts), 27: put(this.#columns), 28: groups, 29: put(starts), 30: put(strides) },
      ...{ 31: put(histogramStarts), 32: this.#active, 33: memory.take(threads * leaves * 128) },
      ...{ 34: this.#trees, 36: cuts },
      ...{ 37: memory.take(threads * outputs * 16), 38: areSets, 39: memory.take(threads * 4352) },
      ...{ 40: groupRows, 51: seed },
      52: subsample >= 1 ? -1 : Math.floor(subsample * 2 ** 32),
    }
    for (const [index, word] of Object.entries(words)) this.#words[Number(index)] = word
    memory.doubles(header + 1024, 4).set([l2, learningRate, leastHessian, leastGain])
  }

  /** One column after the other: the next is written while the threads put this one into bins. */
  #binColumns(): void {
    const { columns, train, validation } = this.#problem
    const pieces = Array.from(this.#columns).flatMap((column, feature) =>
      [train, validation].map((rows, isValidation) => ({ column, feature, rows, isValidation })),
    )
    const places = [this.#words[19]! >>> 0, this.#words[20]! >>> 0]
    const write = (piece: number) => {
      if (piece === pieces.length) return
      const { column, rows } = pieces[piece]!
      columns.write(column, rows, this.#memory.floats(places[piece % 2]!, rows.length))
    }
    if (pieces.length) write(0)
    pieces.forEach(({ feature, isValidation }, piece) => {
      this.#words.set([feature, isValidation], 48)
      this.#words[56] = places[piece % 2]!
      this.#threads.lead(commands.bin, () => write(piece + 1))
    })
    this.#threads.lead(commands.transpose)
  }

  #readTree(k: number): Tree {
    const at = this.#trees + k * ((2 * this.#settings.leaves - 1) * nodeBytes + 8)
    const nodes = this.#memory.ints(at, 1)[0]!
    const words = nodeBytes / 4
    const ints = this.#memory.ints(at + 8, nodes * words)
    const floats = this.#memory.floats(at + 8, nodes * words)
    const field = (offset: number) => Int32Array.from({ length: nodes }, (_, node) => ints[node * words + offset]!)
    const left = field(0)
    const isBranch = (node: number) => left[node]! >= 0
    const column = field(2).map((value, node) => (isBranch(node) ? value : 0))
    const isSet = (node: number) => isBranch(node) && this.#problem.columns.categories(column[node]!) > 0
    const bin = Uint8Array.from(field(3), (value, node) => (isBranch(node) ? value : 0))
    return {
      column,
      bin,
      threshold: Float32Array.from(column, (of, node) =>
        isBranch(node) && !isSet(node) ? this.thresholds[of]![bin[node]!]! : 0,
      ),
      members: Array.from(column, (_, node) => (isSet(node) ? bitsOf(ints, node * words + 6) : null)),
      missingLeft: Uint8Array.from(field(4), (missing, node) => Number(isBranch(node) && missing !== 0)),
      left,
      right: left.map(child => (child < 0 ? -1 : child + 1)),
      value: Float32Array.from({ length: nodes }, (_, node) => (isBranch(node) ? 0 : floats[node * words + 5]!)),
      cover: field(56 / 4),
    }
  }
}

/** Places of the ones among the 256 bits from `word` on. */
function bitsOf(words: Int32Array, word: number): Int32Array {
  return Int32Array.from(
    Array.from({ length: 256 }, (_, bit) => bit).filter(bit => (words[word + (bit >> 5)]! >> (bit & 31)) & 1),
  )
}

function threadCountOf({ columns, train }: BoostingProblem, { threads }: BoostingSettings): number {
  return train.length * columns.width < cellsForThreads ? 1 : Math.min(threads, mostThreads)
}
