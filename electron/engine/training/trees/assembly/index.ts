import { binStaged, dropMissing, findCuts, sortFloats, transposeBins } from './bins'
import { growForest } from './forest'
import { grow } from './grow'
import {
  attach,
  commandAt,
  objective,
  order,
  orderStart,
  outputs,
  ownedRows,
  resetItems,
  rowBins,
  rowStride,
  sampleRows,
  samples,
  samplesAt,
  scores,
  takeItem,
  thread,
  threads,
  validationBins,
  validationRows,
  validationScores,
  validationStride,
} from './layout'
import { leafCountOf, leafStartOf, leafValueOf } from './leaf'
import { meet } from './meet'
import { derive, drawRows, gradientUnit, hessianUnit, pack, validationLoss } from './objective'
import { renewLeaves } from './renew'
import { addScore, addScores, setNodes, treeOf } from './tree'

const quit = 0
const findThresholds = 1
const bin = 2
const transpose = 3
const start = 4
const boost = 5
const forest = 6

/** Takes part in every command until the one that ends it. */
export function work(self: i32): void {
  attach(self)
  for (;;) {
    meet()
    attach(self)
    const command = load<i32>(commandAt)
    if (command === quit) return
    run(command)
    meet()
  }
}

/** The memory's own thread gives a command to all others, and may do something else before it joins them. */
export function begin(command: i32): void {
  attach(0)
  store<i32>(commandAt, command)
  resetItems()
  meet()
}

/** It does its part of the command, and waits for theirs. */
export function join(): void {
  run(load<i32>(commandAt))
  meet()
}

function run(command: i32): void {
  if (command === findThresholds) thresholds()
  else if (command === bin) binStaged()
  else if (command === transpose) transposeBins()
  else if (command === start) scoresChanged()
  else if (command === boost) boostOnce()
  else if (command === forest) growForest()
}

/**
 * Of each sampled column from `samplesAt` on 260 words, then its values. The first word is the most bins, then how many thresholds there are;
 * they lie from the third on. After all columns each thread has its room for as many values, and counts.
 */
function thresholds(): void {
  const bytes = (<usize>sampleRows()) << 2
  const rooms = samplesAt() + <usize>samples() * (1040 + bytes)
  const room = rooms + <usize>thread * (bytes + 24_576)
  for (let item = takeItem(); item < samples(); item = takeItem()) {
    const own = samplesAt() + <usize>item * (1040 + bytes)
    const values = own + 1040
    const count = dropMissing(values, sampleRows())
    sortFloats(values, count, room, room + bytes)
    store<i32>(own, findCuts(room, count, values, load<i32>(own), own + 8))
  }
}

/** One round: a tree an output, all from the derivatives before it; then the scores, derivatives and losses after it. */
function boostOnce(): void {
  const owned = ownedRows(thread)
  for (let k = 0; k < outputs; k++) {
    const drawn = drawRows()
    const gUnit = gradientUnit(k)
    const hUnit = hessianUnit(k)
    pack(k, drawn, gUnit, hUnit)
    const tree = treeOf(k)
    const count = grow(tree, drawn, gUnit, hUnit)
    if (objective === 3) renewLeaves(tree, count)
    if (thread === 0) setNodes(tree, 2 * count - 1)
    for (let i = 0; i < count; i++) addToLeaf(leafStartOf(i), leafCountOf(i), leafValueOf(i), k)
    // Other threads read the tree that the first has written.
    meet()
    const first = order + ((<usize>orderStart) << 2)
    for (let i = drawn; i < owned; i++) {
      addScore(tree, rowBins, rowStride, load<i32>(first + ((<usize>i) << 2)), scores, k)
    }
    const from = firstValidation(thread)
    addScores(tree, validationBins, validationStride, from, firstValidation(thread + 1), validationScores, k)
  }
  scoresChanged()
}

function scoresChanged(): void {
  derive()
  validationLoss(firstValidation(thread), firstValidation(thread + 1))
}

/** Validation rows are shared out in one piece a thread. */
function firstValidation(t: i32): i32 {
  return <i32>((<i64>validationRows * t) / threads)
}

function addToLeaf(from: i32, count: i32, value: f32, k: i32): void {
  const first = order + ((<usize>from) << 2)
  for (let at = first, end = first + ((<usize>count) << 2); at < end; at += 4) {
    const score = scores + ((<usize>load<u32>(at) * <usize>outputs + <usize>k) << 2)
    store<f32>(score, load<f32>(score) + value)
  }
}
