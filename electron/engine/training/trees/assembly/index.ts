import { binStaged, findCuts, sortFloats } from './bins'
import { grow } from './grow'
import {
  attach,
  commandAt,
  order,
  orderStart,
  outputs,
  ownedRows,
  rowBins,
  sampleRows,
  samplesAt,
  scores,
  thread,
  threads,
  validationBins,
  validationRows,
  validationScores,
} from './layout'
import { leafCountOf, leafStartOf, leafValueOf } from './leaf'
import { meet } from './meet'
import { derive, drawRows, gradientUnit, hessianUnit, pack, validationLoss } from './objective'
import { addScore, addScores, setNodes, treeOf } from './tree'

const quit = 0
const findThresholds = 1
const bin = 2
const start = 3
const boost = 4

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

/** The page's own thread: gives a command to all, and does its part. */
export function lead(command: i32): void {
  attach(0)
  store<i32>(commandAt, command)
  meet()
  if (command === quit) return
  run(command)
  meet()
}

function run(command: i32): void {
  if (command === findThresholds) thresholds()
  else if (command === bin) binStaged()
  else if (command === start) scoresChanged()
  else if (command === boost) boostOnce()
}

/**
 * One sampled column a thread. Each has 2·n + 6144 words from `samplesAt`: values, room, counts; before them 258 words: how many values, how
 * many bins, then how many thresholds and the thresholds.
 */
function thresholds(): void {
  const most = <usize>sampleRows()
  const own = samplesAt() + <usize>thread * ((2 * most + 6144 + 260) << 2)
  const count = load<i32>(own)
  const bins = load<i32>(own, 4)
  const values = own + 1040
  const room = values + (most << 2)
  sortFloats(values, count, room, room + (most << 2))
  store<i32>(own, findCuts(room, count, values, bins, own + 8))
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
    if (thread === 0) setNodes(tree, 2 * count - 1)
    for (let i = 0; i < count; i++) addToLeaf(leafStartOf(i), leafCountOf(i), leafValueOf(i), k)
    // Other threads read the tree that the first has written.
    meet()
    const first = order + ((<usize>orderStart) << 2)
    for (let i = drawn; i < owned; i++) addScore(tree, rowBins, load<i32>(first + ((<usize>i) << 2)), scores, k)
    addScores(tree, validationBins, firstValidation(thread), firstValidation(thread + 1), validationScores, k)
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
