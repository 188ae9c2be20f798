import { afterEach, describe, expect, test } from 'vitest'
import { Pcg32 } from '../../numerics/index.ts'
import { type BoostingProblem, type BoostingSettings, TreeKernel } from './kernel.ts'
import { type BoostingLoss, startScores } from './losses.ts'
import { KernelMemory } from './memory.ts'
import { binMatrix, findThresholds } from './reference/bins.ts'
import { TreeGrower } from './reference/grow-tree.ts'
import { boostingObjective } from './reference/objectives.ts'
import { addScores, leafOf, type Tree } from './tree.ts'

const settings: BoostingSettings = {
  ...{ leaves: 15, bins: 64, minRows: 20, l2: 1, learningRate: 0.3, subsample: 1, threads: 1, seed: 7 },
}
const leastGain = 1e-9
/** Columns of categories and how many are told apart. */
const categories = new Map([
  [7, 3],
  [8, 40],
])

/** Columns of every kind: smooth, few values, with gaps, constant, all missing, with infinities; a target that depends on them. */
function example(loss: BoostingLoss, rows: number, validationShare = 0.2) {
  const random = new Pcg32(3, 1)
  const width = 12
  const matrix = new Float32Array(rows * width)
  const values = new Float64Array(rows)
  for (let row = 0; row < rows; row += 1) {
    const own = matrix.subarray(row * width, (row + 1) * width)
    for (let k = 0; k < width; k += 1) own[k] = random.nextFloat() * 4 - 2
    own[1] = Math.floor(own[1]! * 3)
    own[2] = own[2]! > 1 ? Number.NaN : own[2]!
    own[3] = 5
    own[4] = Number.NaN
    if (row % 31 === 0) own[5] = row % 2 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY
    for (const [k, count] of categories) own[k] = Math.min(count, Math.floor(random.nextFloat() ** 2 * 1.2 * count))
    const byCategory = Math.sin(own[7]! * 3) + 2 * Math.cos(own[8]! * 5)
    values[row] =
      byCategory +
      own[0]! * own[1]! +
      (Number.isNaN(own[2]) ? 2 : own[2]!) +
      Math.max(-9, Math.min(9, own[5]!)) +
      random.nextFloat()
  }
  const target = values.map(value => {
    if (loss === 'squared-error' || loss === 'quantile') return value
    if (loss === 'poisson') return Math.max(0, Math.round(value))
    return loss === 'logistic' ? Number(value > 1) : Math.max(0, Math.min(2, Math.floor(value / 3) + 1))
  })
  const all = Int32Array.from({ length: rows }, (_, row) => row)
  const firstValidation = Math.round(rows * (1 - validationShare))
  const [train, validation] = [all.subarray(0, firstValidation), all.subarray(firstValidation)]
  const weights = { logistic: [1, 1], softmax: [1, 1, 1] }[loss as string] ?? []
  const problem: BoostingProblem = {
    columns: {
      width,
      categories: column => categories.get(column) ?? 0,
      write(column, at, into) {
        for (let i = 0; i < at.length; i += 1) into[i] = matrix[at[i]! * width + column]!
      },
    },
    train,
    validation,
    target: Float32Array.from(train, row => target[row]!),
    validationTarget: Float32Array.from(validation, row => target[row]!),
    loss,
    start: startScores(loss, target.slice(0, firstValidation), { weights }),
    weights,
  }
  return { problem, matrix, width, target, train, validation }
}

const areSets = Array.from({ length: 12 }, (_, column) => categories.has(column))
/** Of 2400 training rows, a twentieth would be more. */
const groupRows = 100

function thresholdsOf(matrix: Float32Array, width: number, bins: number): [Float32Array[], boolean[]] {
  const found = findThresholds(matrix, width, bins)
  for (const [column, count] of categories) found[column] = Float32Array.from(Array(count).keys())
  return [found, areSets]
}

let kernel: TreeKernel | undefined
afterEach(async () => {
  await kernel?.end()
  kernel = undefined
})

async function grow(problem: BoostingProblem, own: Partial<BoostingSettings>, rounds: number): Promise<Tree[]> {
  const started = await TreeKernel.start(problem, { ...settings, ...own })
  try {
    return Array.from({ length: rounds }, (_, i) => started.next(i + 1)).flat()
  } finally {
    await started.end()
  }
}

/** To the nearest whole number, halves to the even one. */
function nearest(value: number): number {
  const low = Math.floor(value)
  const rest = value - low
  return rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low
}

/** Gradients as the kernel has them: in steps of a power of two, as fine as 32 bits hold their sum. */
function inSteps(gradients: Float64Array): Float64Array {
  const most = 2 ** 31 - 1 - gradients.length
  const sum = gradients.reduce((total, value) => total + Math.abs(value), 0)
  const unit = 2 ** Math.floor(Math.log2(most / sum))
  return gradients.map(value => nearest(value * unit) / unit)
}

describe('against the plain reference', () => {
  test.each([1, 3])('squared error, fewest rows %d·7: the same trees to the last bit', async factor => {
    const { problem, matrix, width, train } = example('squared-error', 3000)
    const minRows = factor * 7
    const own = await grow(problem, { minRows }, 12)

    const trainMatrix = matrix.slice(0, train.length * width)
    const binned = binMatrix(trainMatrix, width, ...thresholdsOf(trainMatrix, width, settings.bins))
    const scores = new Float32Array(train.length).fill(problem.start[0]!)
    const errors = () => Float64Array.from(scores, (score, row) => Math.fround(score - problem.target[row]!))
    const loss = errors().reduce((sum, error) => sum + error ** 2, 0) / train.length
    const grower = new TreeGrower(binned, { ...settings, minRows, groupRows, leastGain: leastGain * loss })
    const features = Int32Array.from({ length: width }, (_, column) => column)
    const ones = new Float64Array(train.length).fill(1)
    const sizes = new Set<number>()
    for (const tree of own) {
      const expected = grower.grow(train.slice(), features, inSteps(errors()), ones)
      expect(tree).toEqual(expected)
      expect(tree.left.length).toBeGreaterThan(1)
      for (const members of tree.members) if (members) sizes.add(members.length)
      for (const row of train) scores[row]! += expected.value[leafOf(expected, matrix, row * width)]!
    }
    expect(sizes.size).toBeGreaterThan(3)
  })

  test.each(['logistic', 'softmax'] as const)('%s: the same first trees, and the losses of all rounds', async loss => {
    const { problem, matrix, width, target, train, validation } = example(loss, 3000)
    kernel = await TreeKernel.start(problem, settings)
    const objective = boostingObjective(loss, 3, target.slice(0, train.length))
    const outputs = problem.start.length
    const validationMatrix = matrix.slice(train.length * width)
    const startScoresOf = (rows: number) =>
      Float64Array.from({ length: rows * outputs }, (_, i) => problem.start[i % outputs]!)
    const [scores, validationScores] = [startScoresOf(train.length), startScoresOf(validation.length)]

    const binned = binMatrix(matrix.slice(0, train.length * width), width, kernel.thresholds, areSets)
    const validationBinned = binMatrix(validationMatrix, width, kernel.thresholds, areSets)
    const grower = new TreeGrower(binned, { ...settings, groupRows, leastGain })
    const features = Int32Array.from({ length: width }, (_, column) => column)
    const [gradients, hessians] = [new Float64Array(train.length), new Float64Array(train.length)]
    for (let round = 1; round <= 20; round += 1) {
      const trees = kernel.next(round)
      if (round === 1) {
        trees.forEach((tree, k) => {
          objective.derivatives(scores, k, gradients, hessians)
          const expected = grower.grow(train.slice(), features, gradients, hessians)
          expect({ ...tree, value: [] }).toEqual({ ...expected, value: [] })
          expected.value.forEach((value, node) => {
            expect(Math.abs(tree.value[node]! - value)).toBeLessThan(1e-5)
          })
        })
      }
      trees.forEach((tree, k) => {
        addScores(tree, binned, scores, outputs, k)
        addScores(tree, validationBinned, validationScores, outputs, k)
      })
      expect(kernel.loss).toBeCloseTo(objective.loss(scores, target.slice(0, train.length)), 5)
      expect(kernel.validationLoss).toBeCloseTo(objective.loss(validationScores, target.slice(train.length)), 5)
    }
    expect(kernel.loss).toBeLessThan(0.2)
  })

  test('thresholds are midpoints at equal counts of rows, for any float32', async () => {
    const { problem, matrix, width, train } = example('squared-error', 4000)
    const edge = [0, -0, 1e-45, -1e-45, 3.4e38, -3.4e38, 1, 1 + 2 ** -23, Number.NaN]
    for (const row of train) matrix[row * width + 6] = edge[row % edge.length]!
    for (const bins of [2, 64, 255]) {
      const own = await TreeKernel.start(problem, { ...settings, bins })
      await own.end()
      expect(own.thresholds).toEqual(thresholdsOf(matrix.slice(0, train.length * width), width, bins)[0])
    }
  })
})

test.each(['squared-error', 'logistic', 'softmax', 'quantile', 'poisson'] as const)(
  '%s: any number of threads grows the same trees',
  async loss => {
    // Enough cells that threads are used, and a last block that is not whole.
    const { problem } = example(loss, 21_333)
    const own = { subsample: 0.7, minRows: 60 }
    const [one, three] = [await grow(problem, own, 6), await grow(problem, { ...own, threads: 3 }, 6)]
    expect(three).toEqual(one)
    expect(one.some(({ left }) => left.length > 20)).toBe(true)
  },
)

test('rows are drawn anew each round, by the seed', async () => {
  const { problem } = example('squared-error', 3000)
  const own = { subsample: 0.5, learningRate: 1e-6 }
  const [first, second] = await grow(problem, own, 2)
  // With next to no step the second round sees the same gradients: only its rows can differ.
  expect(second!.threshold).not.toEqual(first!.threshold)
  expect(await grow(problem, own, 2)).toEqual([first, second])
  expect(await grow(problem, { ...own, seed: 8 }, 1)).not.toEqual([first])
})

test('only the columns that a round may split on are split on', async () => {
  const { problem } = example('squared-error', 3000)
  kernel = await TreeKernel.start(problem, settings)
  const [tree] = kernel.next(1, Int32Array.of(7, 0))
  const used = new Set(Array.from(tree!.column).filter((_, node) => tree!.left[node]! >= 0))
  expect([...used].sort()).toEqual([0, 7])
})

test('a round that draws no row, a target that is one value, and no validation rows: finite, and one leaf', async () => {
  const { problem } = example('squared-error', 60, 0)
  const [empty] = await grow(problem, { subsample: 1e-9, l2: 0 }, 1)
  expect(Array.from(empty!.value)).toEqual([0])
  const flat = { ...problem, target: new Float32Array(60).fill(3), start: Float32Array.of(3) }
  kernel = await TreeKernel.start(flat, { ...settings, l2: 0 })
  const [tree] = kernel.next(1)
  expect(Array.from(tree!.value, Math.abs)).toEqual([0])
  expect([kernel.loss, kernel.validationLoss]).toEqual([0, Number.NaN])
})

test('a target of tiny values is learned like one of large values', async () => {
  const { problem } = example('squared-error', 3000)
  const [usual] = await grow(problem, {}, 1)
  const scale = 2 ** -60
  const tiny = { ...problem, target: problem.target.map(v => v * scale), start: problem.start.map(v => v * scale) }
  const [small] = await grow(tiny, {}, 1)
  expect(small).toEqual({ ...usual, value: usual!.value.map(v => v * scale) })
})

test('more memory than 32 bits can address is refused with its size', () => {
  const memory = new KernelMemory()
  expect(() => memory.take(2 ** 32)).toThrow(/4\.0 GiB/)
})
