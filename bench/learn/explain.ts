import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type CoveredTree, columnsOfMatrix, treeShap } from '../../electron/engine/explanation/tree-shap.ts'

/** Our TreeSHAP on the trees and rows that `explain-peers.py` left: `explain.ts FOLDER SPEC`; prints what it took and the largest difference as one line of JSON. */
const [folder, spec] = process.argv.slice(2)
const { width, explained } = JSON.parse(spec!) as Record<string, number>
const bytesOf = (name: string) => new Uint8Array(readFileSync(join(folder!, name))).buffer
const told = JSON.parse(readFileSync(join(folder!, 'trees.json'), 'utf8')) as Record<string, number[]>[]
const trees = told.map(
  (tree): CoveredTree => ({
    column: Int32Array.from(tree.column!),
    // What is not above the threshold in double is not above the float below it.
    threshold: Float32Array.from(tree.threshold!, floatAtMost),
    members: tree.left!.map(() => null),
    missingLeft: new Uint8Array(tree.left!.length),
    left: Int32Array.from(tree.left!),
    right: Int32Array.from(tree.right!),
    values: [Float64Array.from(tree.value!)],
    cover: Float64Array.from(tree.cover!),
  }),
)

function floatAtMost(value: number): number {
  const floats = Float32Array.of(value)
  if (floats[0]! <= value) return floats[0]!
  new Int32Array(floats.buffer)[0]! += floats[0]! > 0 ? -1 : 1
  return floats[0]!
}

const rows = new Float32Array(bytesOf('xt')).subarray(0, explained! * width!)
const begun = performance.now()
const groups = Int32Array.from({ length: width! }, (_, i) => i)
const [found] = await treeShap(trees, columnsOfMatrix(rows, width!), { groups, outputs: 1 })
const seconds = (performance.now() - begun) / 1000
const theirs = new Float64Array(bytesOf('shap'))
let difference = 0
found!.forEach((own, column) => {
  own.forEach((value, row) => {
    difference = Math.max(difference, Math.abs(value - theirs[row * width! + column]!))
  })
})
console.log(JSON.stringify({ seconds, difference }))
