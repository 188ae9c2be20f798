import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { gaussLegendre, Pcg32 } from '../numerics/index.ts'
import { addByQuadrature } from './shap-by-quadrature.ts'
import { type CoveredTree, columnsOfMatrix, coverTrees, expectedScores, goLeft, treeShap } from './tree-shap.ts'

interface Golden {
  shap: string
  cases: Record<
    string,
    {
      trees: (Record<'column' | 'threshold' | 'missingLeft' | 'left' | 'right' | 'cover', number[]> & {
        values: number[][]
      })[]
      rows: (number | null)[][]
      expected: number[]
      /** [outputs][rows][columns]. */
      values: number[][][]
    }
  >
}
/** What the `shap` package's TreeExplainer (version in the file) says of trees that scikit-learn grew. */
const golden = JSON.parse(readFileSync(join(import.meta.dirname, 'tree-shap.golden.json'), 'utf8')) as Golden

function readCase(name: string) {
  const { trees, rows, ...told } = golden.cases[name]!
  const covered = trees.map(
    (tree): CoveredTree => ({
      column: Int32Array.from(tree.column),
      threshold: Float32Array.from(tree.threshold),
      members: tree.left.map(() => null),
      missingLeft: Uint8Array.from(tree.missingLeft),
      left: Int32Array.from(tree.left),
      right: Int32Array.from(tree.right),
      values: tree.values.map(values =>
        // The inner nodes of these libraries have values too.
        Float64Array.from(values, (value, node) => (tree.left[node]! < 0 ? value : 0)),
      ),
      cover: Float64Array.from(tree.cover),
    }),
  )
  const width = rows[0]!.length
  const columns = columnsOfMatrix(
    Float32Array.from(rows.flat(), value => value ?? Number.NaN),
    width,
  )
  return { ...told, trees: covered, columns, width, rows: rows.length }
}

/** Adds up in another order than the library, in which `expected_value` holds the base of the model. */
const identity = (width: number) => Int32Array.from({ length: width }, (_, i) => i)

describe.each(Object.keys(golden.cases))('%s', name => {
  test(`Shapley values are those of shap ${golden.shap}, and add up to the trees' answer`, async () => {
    const { trees, columns, width, rows, values } = readCase(name)
    const outputs = values.length
    const found = await treeShap(trees, columns, { groups: identity(width), outputs })
    for (const [output, ofRows] of values.entries()) {
      for (const [row, ofColumns] of ofRows.entries()) {
        for (const [column, value] of ofColumns.entries())
          expect(Math.abs(found[output]![column]![row]! - value)).toBeLessThan(1e-5)
      }
    }
    const expected = expectedScores(trees, new Float64Array(outputs))
    for (let row = 0; row < rows; row += 1) {
      for (let output = 0; output < outputs; output += 1) {
        const sum = found[output]!.reduce((total, own) => total + own[row]!, expected[output]!)
        expect(sum).toBeCloseTo(answerOf(trees, columns, row, output), 9)
      }
    }
  })

  test('the table of patterns and the quadrature say the same', async () => {
    const { trees, columns, width, rows, values } = readCase(name)
    const found = await treeShap(trees, columns, { groups: identity(width), outputs: values.length })
    const block = { columns, groups: identity(width), start: 0, count: rows }
    for (const output of values.keys()) {
      const sums = columns.map(() => new Float64Array(rows))
      for (const tree of trees) addByQuadrature(tree, block, output, sums)
      sums.forEach((own, column) => {
        own.forEach((value, row) => {
          expect(value).toBeCloseTo(found[output]![column]![row]!, 10)
        })
      })
    }
  })
})

function answerOf(trees: readonly CoveredTree[], columns: Float32Array[], row: number, output: number): number {
  const into = new Uint8Array(1)
  return trees.reduce((sum, tree) => {
    let node = 0
    while (tree.left[node]! >= 0) {
      goLeft(tree, node, { columns, groups: new Int32Array(), start: row, count: 1 }, into)
      node = into[0] ? tree.left[node]! : tree.right[node]!
    }
    return sum + tree.values[output]![node]!
  }, 0)
}

/** Shapley values by their definition: what a set of columns knows goes its way, all else both ways. */
function byDefinition(tree: CoveredTree, columns: Float32Array[], row: number): number[] {
  const into = new Uint8Array(1)
  const worth = (known: number): number => {
    const walk = (node: number): number => {
      if (tree.left[node]! < 0) return tree.values[0]![node]!
      const [left, right] = [tree.left[node]!, tree.right[node]!]
      if (known & (1 << tree.column[node]!)) {
        goLeft(tree, node, { columns, groups: new Int32Array(), start: row, count: 1 }, into)
        return walk(into[0] ? left : right)
      }
      const share = tree.cover[node]! > 0 ? tree.cover[left]! / tree.cover[node]! : 0.5
      return (share > 0 ? share * walk(left) : 0) + (share < 1 ? (1 - share) * walk(right) : 0)
    }
    return walk(0)
  }
  const n = columns.length
  const factorial = (k: number): number => (k < 2 ? 1 : k * factorial(k - 1))
  return columns.map((_, i) => {
    let sum = 0
    for (let set = 0; set < 2 ** n; set += 1) {
      if (set & (1 << i)) continue
      const size = columns.filter((__, j) => set & (1 << j)).length
      sum += ((factorial(size) * factorial(n - size - 1)) / factorial(n)) * (worth(set | (1 << i)) - worth(set))
    }
    return sum
  })
}

test('categories, missing values and branches that no row ever took are those of the definition', async () => {
  const random = new Pcg32(11, 1)
  const columns = Array.from({ length: 5 }, (_, column) =>
    Float32Array.from({ length: 40 }, () =>
      random.nextFloat() < 0.1 ? Number.NaN : column < 2 ? random.nextBelow(6) : random.nextGaussian(),
    ),
  )
  const nodes = 2 ** 7 - 1
  const isLeaf = (node: number) => node >= 63
  const at = <Value>(make: (node: number) => Value) => Array.from({ length: nodes }, (_, node) => make(node))
  const column = Int32Array.from(at(() => random.nextBelow(5)))
  const [bare] = coverTrees(
    [
      {
        column,
        threshold: Float32Array.from(at(() => random.nextGaussian())),
        members: at(node => (column[node]! < 2 ? [0, 1, 2].map(() => random.nextBelow(7)) : null)),
        missingLeft: Uint8Array.from(at(() => random.nextBelow(2))),
        left: Int32Array.from(at(node => (isLeaf(node) ? -1 : 2 * node + 1))),
        right: Int32Array.from(at(node => (isLeaf(node) ? -1 : 2 * node + 2))),
        values: [Float64Array.from(at(node => (isLeaf(node) ? random.nextGaussian() : 0)))],
        cover: null,
      },
    ],
    columns.map(values => values.subarray(0, 25)),
  )!
  const tree = bare!
  expect(tree.cover[0]).toBe(25)
  expect(tree.cover.some((count, node) => count === 0 && isLeaf(node))).toBe(true)
  const found = await treeShap([tree], columns, { groups: identity(5), outputs: 1 })
  const sums = columns.map(() => new Float64Array(40))
  addByQuadrature(tree, { columns, groups: identity(5), start: 0, count: 40 }, 0, sums)
  for (let row = 0; row < 40; row += 1) {
    byDefinition(tree, columns, row).forEach((value, i) => {
      expect(found[0]![i]![row]).toBeCloseTo(value, 10)
      expect(sums[i]![row]).toBeCloseTo(value, 10)
    })
  }
})

test('Gauss and Legendre integrate what they promise', () => {
  for (const count of [1, 2, 5, 20]) {
    const { nodes, weights } = gaussLegendre(count)
    const integral = (power: number) => nodes.reduce((sum, x, i) => sum + weights[i]! * x ** power, 0)
    expect(integral(2 * count - 1)).toBeCloseTo(1 / (2 * count), 13)
    expect(integral(0)).toBeCloseTo(1, 13)
  }
})
