import { type ColumnSource, commands, header, KernelBins } from './bins.ts'
import { bitsOf } from './forest.ts'
import type { BoostingLoss } from './losses.ts'
import type { Tree } from './tree.ts'

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
  /** How much a row of each class counts; nothing where there are none. */
  weights: readonly number[]
  /** The quantile that is learned, where one is. */
  alpha?: number
  /** 1 where the answer may only rise with the column, −1 where it may only fall. Not of quantiles, whose leaves are renewed. */
  direction?(column: number): number
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

export interface Scores {
  train: Float32Array
  validation: Float32Array
}

const slotBytes = 512
const losses: Record<BoostingLoss, number> = { 'squared-error': 0, logistic: 1, softmax: 2, quantile: 3, poisson: 4 }
const leastHessian = 1e-3
const leastGain = 1e-9
/** Fewest rows of a group of categories where there are many rows, as LightGBM has it; a twentieth of fewer. */
const mostGroupRows = 100
const nodeBytes = 64

/**
 * Gradient-boosted trees in WebAssembly (`assembly/`), over memory that its threads share. Every thread owns fixed rows, adds up a
 * histogram of those, and searches a share of the columns; gradients are whole numbers there, so that the same trees come from any
 * number of threads. Must be ended.
 */
export class TreeKernel {
  readonly #problem: BoostingProblem
  readonly #settings: BoostingSettings
  readonly #bins: KernelBins
  readonly #constants = new Map<Float32Array, number>()
  #active = 0
  #trees = 0

  private constructor(problem: BoostingProblem, settings: BoostingSettings, bins: KernelBins) {
    this.#problem = problem
    this.#settings = settings
    this.#bins = bins
  }

  /** Puts the columns into bins; afterwards `next` gives round after round. Throws `out-of-memory`. */
  static async start(problem: BoostingProblem, settings: BoostingSettings): Promise<TreeKernel> {
    const bins = await KernelBins.start(problem, settings)
    const kernel = new TreeKernel(problem, settings, bins)
    try {
      kernel.#layOut()
      bins.threads.lead(commands.start)
      // Squared errors are as large as the target makes them, and a gain is held against that.
      if (problem.loss === 'squared-error') bins.memory.doubles(header + 1048, 1)[0] = leastGain * kernel.loss
    } catch (error) {
      await bins.threads.end()
      throw error
    }
    return kernel
  }

  end(): Promise<void> {
    return this.#bins.threads.end()
  }

  /** As `KernelBins` has them. */
  get thresholds(): Float32Array[] {
    return this.#bins.thresholds
  }

  /** Grows the trees of round `round` (from 1), one an output. `columns` are those that it may split on; all when left out. */
  next(round: number, columns?: Int32Array): Tree[] {
    const active = this.#bins.memory.bytes(this.#active, this.#bins.columns.length)
    const allowed = columns && new Set(columns)
    this.#bins.columns.forEach((column, feature) => {
      active[feature] = Number(!allowed || allowed.has(column))
    })
    this.#bins.words[50] = round
    this.#bins.threads.lead(commands.boost)
    return Array.from(this.#problem.start, (_, k) => this.#readTree(k))
  }

  /** Mean loss of the training rows at the present scores: log-loss, squared error, pinball loss, or Poisson deviance. */
  get loss(): number {
    const { target, train } = this.#problem
    return this.#sum(24) / train.length + this.#constant(target)
  }

  /** The same of the validation rows; NaN where there are none. */
  get validationLoss(): number {
    const { validationTarget, validation } = this.#problem
    return this.#sum(32) / validation.length + this.#constant(validationTarget)
  }

  /** The part of the mean loss that the scores do not change: of a Poisson deviance 2 (y log y − y). */
  #constant(target: Float32Array): number {
    if (this.#problem.loss !== 'poisson') return 0
    let known = this.#constants.get(target)
    if (known === undefined) {
      known = 0
      for (const y of target) known += (2 * (y > 0 ? y * Math.log(y) - y : 0)) / target.length
      this.#constants.set(target, known)
    }
    return known
  }

  /** The present scores [rows, outputs] of the training and the validation rows, for `resume`. */
  scores(): Scores {
    const { memory, words } = this.#bins
    const { train, validation, start } = this.#problem
    return {
      train: memory.floats(words[15]! >>> 0, train.length * start.length).slice(),
      validation: memory.floats(words[16]! >>> 0, validation.length * start.length).slice(),
    }
  }

  /** Goes on from the scores of a kernel of the same problem; the rounds after it grow the same trees to the bit. */
  resume({ train, validation }: Scores): void {
    const { memory, words, threads } = this.#bins
    memory.floats(words[15]! >>> 0, train.length).set(train)
    memory.floats(words[16]! >>> 0, validation.length).set(validation)
    threads.lead(commands.start)
  }

  #sum(offset: number): number {
    let sum = 0
    for (let t = 0; t < this.#bins.threadCount; t += 1) {
      sum += this.#bins.memory.doubles(header + 4096 + t * slotBytes + offset, 1)[0]!
    }
    return sum
  }

  /** Gives everything its place, and writes the words of it (`assembly/layout.ts` names them). */
  #layOut(): void {
    const { train, validation, target, validationTarget, start, loss, weights, alpha = 0.5, direction } = this.#problem
    const { leaves, minRows, l2, learningRate, subsample, seed } = this.#settings
    const { memory, cutCounts, threadCount: threads } = this.#bins
    const [width, rows, outputs] = [cutCounts.length, train.length, start.length]
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
    const scores = memory.take(padded * outputs * 4)
    const validationScores = memory.take(Math.max(1, validation.length) * outputs * 4)
    for (const [at, count] of [
      [scores, padded],
      [validationScores, validation.length],
    ] as const) {
      const all = memory.floats(at, count * outputs)
      for (let row = 0; row < count; row += 1) all.set(start, row * outputs)
    }
    this.#active = memory.take(width)
    const groupRows = Math.round(Math.max(minRows, Math.min(mostGroupRows, rows / 20)))
    const treeBytes = (2 * leaves - 1) * nodeBytes + 8
    this.#trees = memory.take(outputs * treeBytes)
    const slots = Math.max(1, leaves - 1)
    const directions = Int32Array.from(this.#bins.columns, column => direction?.(column) ?? 0)
    this.#bins.write({
      ...{ 5: outputs, 6: losses[loss], 7: leaves, 8: minRows, 13: memory.take(padded * outputs * 4) },
      ...{ 14: memory.take(padded * 4), 15: scores, 16: validationScores, 17: this.#bins.putFloats(target, padded) },
      ...{ 18: this.#bins.putFloats(validationTarget, Math.max(1, validation.length)) },
      ...{ 21: memory.take(slots * histogramBytes), 22: histogramBytes, 23: slots },
      ...{ 24: memory.take(threads * histogramBytes), 25: memory.take((threads * histogramBytes) / 2) },
      ...{ 28: groups, 29: this.#bins.put(starts), 30: this.#bins.put(strides), 31: this.#bins.put(histogramStarts) },
      ...{ 32: this.#active, 33: memory.take(threads * leaves * 128), 34: this.#trees },
      ...{ 37: memory.take(threads * outputs * 16), 40: groupRows, 51: seed },
      41: this.#bins.putFloats(Float32Array.from(weights), Math.max(2, weights.length)),
      ...{ 42: Number(directions.some(Boolean)), 43: this.#bins.put(directions), 44: memory.take(threads * 24_576) },
      52: subsample >= 1 ? -1 : Math.floor(subsample * 2 ** 32),
    })
    memory.doubles(header + 1024, 5).set([l2, learningRate, leastHessian, leastGain, alpha])
  }

  #readTree(k: number): Tree {
    const at = this.#trees + k * ((2 * this.#settings.leaves - 1) * nodeBytes + 8)
    const nodes = this.#bins.memory.ints(at, 1)[0]!
    const words = nodeBytes / 4
    const ints = this.#bins.memory.ints(at + 8, nodes * words)
    const floats = this.#bins.memory.floats(at + 8, nodes * words)
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
