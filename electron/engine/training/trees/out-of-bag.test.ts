import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { TargetTask } from '../../../../shared/model/run.ts'
import { measureAll } from '../../evaluation/index.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { decisionTree } from '../algorithms/decision-tree.ts'
import { extraTrees } from '../algorithms/extra-trees.ts'
import { randomForest } from '../algorithms/random-forest.ts'
import { quietContext, readSample } from '../fixtures.ts'
import { growForest } from './forest.ts'
import { addOutOfBag, noSums, outOfBagMeans } from './out-of-bag.ts'
import { leafOf } from './tree.ts'

/** The draws of a tree: as the kernel draws them, by the high half of a product. */
function drawnBy(seed: number, tree: number, rows: number): Set<number> {
  const random = new Pcg32(seed, tree)
  return new Set(Array.from({ length: rows }, () => Math.floor((random.nextUint32() * rows) / 2 ** 32)))
}

test.each([
  [0, 1],
  [3, 1],
  [3, 3],
])('of %i classes, on %i threads: a row is answered by the trees that did not draw it', async (classes, threads) => {
  const [rows, seed, trees] = [9000, 7, 7]
  const random = new Pcg32(9, 1)
  const width = 24
  const matrix = Float32Array.from({ length: rows * width }, (_, i) => {
    if (i % width === 0) return random.nextBelow(40)
    return random.nextBelow(9) === 0 ? Number.NaN : Math.fround(random.nextGaussian())
  })
  const train = Int32Array.from({ length: rows }, (_, row) => row)
  const target = Float32Array.from(train, row => {
    const value = (matrix[row * width]! % 3) + (matrix[row * width + 1]! > 0 ? 1 : 0) + random.nextGaussian()
    return classes ? Math.max(0, Math.min(classes - 1, Math.round(value))) : value
  })
  const columns = {
    width,
    // The last ten of the texts are not told apart.
    categories: (column: number) => (column === 0 ? 30 : 0),
    write(column: number, at: Int32Array, into: Float32Array) {
      at.forEach((row, i) => {
        into[i] = column === 0 ? Math.min(30, matrix[row * width]!) : matrix[row * width + column]!
      })
    },
  }
  for (const row of train) matrix[row * width] = Math.min(30, matrix[row * width]!)
  const sums = noSums(rows, Math.max(1, classes))
  const grown = await growForest(
    { columns, train, target, classes },
    {
      ...{ trees, bins: 255, minRows: 5, mostDepth: 1000, drawnColumns: 5, isBootstrapped: true },
      ...{ splitsAtRandom: false, pricesSets: false, threads, seed },
    },
    async () => true,
    [],
    (tree, leaves) => addOutOfBag(sums, tree, leaves),
  )
  const drawn = grown.map((_, tree) => drawnBy(seed, tree, rows))
  const outputs = Math.max(1, classes)
  const { places, means } = outOfBagMeans(sums)
  const wanted = train.filter(row => drawn.some(own => !own.has(row)))
  expect(places).toEqual(wanted)
  expect(wanted.length).toBeLessThan(rows)
  wanted.forEach((row, i) => {
    const free = grown.filter((_, tree) => !drawn[tree]!.has(row))
    const answer = new Float32Array(outputs)
    for (const tree of free) {
      const leaf = leafOf(tree, matrix, row * width)
      for (let k = 0; k < outputs; k += 1)
        answer[k]! += classes ? tree.shares[tree.place[leaf]! * classes + k]! : tree.value[leaf]!
    }
    const mean = Array.from(answer, sum => sum / free.length)
    expect(Array.from(means.subarray(i * outputs, (i + 1) * outputs))).toEqual(mean)
  })
})

/** Of scikit-learn's random forests (version and seeds in the file): 60 trees, min_samples_leaf 5; answers and their spread by training row. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'out-of-bag.golden.json'), 'utf8')) as Record<
  TargetTask,
  { scores: number[]; answers: number[]; spread: number[] }
>
const samples = {
  regression: () => readSample('diabetes.csv', 'regression', []),
  binary: () => readSample('breast-cancer.csv', 'binary', ['benign', 'malignant'], 360),
  multiclass: () => readSample('digits.csv', 'multiclass', Array.from('0123456789'), 600),
}
const settings = { trees: 60, columns: 0, 'min-rows': 5, 'max-depth': 0, bins: 255 }
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const variance = (values: readonly number[]) =>
  values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1)

test.each(['regression', 'binary', 'multiclass'] as const)(
  '%s: over several seeds the score and the answers out of the bag are those of scikit-learn',
  async task => {
    const data = samples[task]()
    const { scores, answers, spread } = golden[task]
    const width = Math.max(1, data.classes.length)
    const shown = (given: Float32Array) => Array.from(data.train, (_, i) => given[i * width + (width > 1 ? 1 : 0)]!)
    const own: { score: number; answers: number[]; ofAllTrees: number[] }[] = []
    for (let seed = 1; seed <= 10; seed += 1) {
      const { outOfBag, predict } = await randomForest.fit(data, settings, { ...quietContext, seed })
      expect(outOfBag!.rows).toEqual(data.train)
      const truth = Float64Array.from(data.train, row => data.target[row]!)
      const { classes } = data
      const { accuracy, r2 } = measureAll({ task, classes, truth, predictions: outOfBag!.answers })
      own.push({
        score: (task === 'regression' ? r2 : accuracy)!,
        answers: shown(outOfBag!.answers),
        ofAllTrees: shown(await predict(data.train)),
      })
    }
    const found = own.map(({ score }) => score)
    const error = Math.sqrt(variance(found) / found.length + variance(scores) / scores.length)
    expect(Math.abs(mean(found) - mean(scores))).toBeLessThan(3.5 * error)
    /** How many standard errors the mean answers to a row lie apart, in the root of the mean square. */
    const apart = (each: readonly number[][]) => {
      const squares = answers.map((answer, i) => {
        const values = each.map(one => one[i]!)
        const ofBoth = spread[i]! ** 2 / scores.length + variance(values) / values.length
        return (mean(values) - answer) ** 2 / (ofBoth + 1e-8)
      })
      return Math.sqrt(mean(squares))
    }
    expect(apart(own.map(one => one.answers))).toBeLessThan(2)
    expect(apart(own.map(one => one.ofAllTrees))).toBeGreaterThan(3)
  },
)

test('where trees learn from all rows there is none out of the bag', async () => {
  const data = samples.binary()
  for (const learner of [extraTrees, decisionTree])
    expect((await learner.fit(data, { ...settings, trees: 2 }, quietContext)).outOfBag).toBeUndefined()
})
