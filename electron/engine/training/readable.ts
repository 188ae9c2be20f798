import { type ColumnSlot, missingText } from '../../../shared/inference/signature.ts'
import type { LearnedTree, TreeNode, TreeQuestion, Weights } from '../../../shared/model/learned.ts'
import type { DenseEncoder, TreeEncoder } from './features/index.ts'
import type { Prepared } from './prepare.ts'
import { shownValue } from './shown-value.ts'
import type { ForestTree } from './trees/forest.ts'
import { meansOf } from './trees/prune.ts'

/** What a person can read of a fitted model, in the units that it learned in. */
export type Readable =
  | { kind: 'weights'; encoder: DenseEncoder; weights: Float32Array; intercepts: Float32Array }
  | { kind: 'tree'; encoder: TreeEncoder; tree: ForestTree; middle: number; outputs: number }

/** More than these nobody reads, and every list of runs would carry them. */
const shownWeights = 400
const shownColumns = 40
const shownNodes = 127
const shownTexts = 12

/** The same in the units of the data; null where it is too large to be read. */
export function readOut(
  readable: Readable,
  { spec, target, data, signature }: Pick<Prepared, 'spec' | 'target' | 'data' | 'signature'>,
): Weights | LearnedTree | null {
  const slots = new Map(signature.inputs.flatMap(({ columns }) => columns.map(slot => [slot.name, slot] as const)))
  const { classes } = target
  if (readable.kind === 'weights') {
    const outputs = classes.length > 2 ? classes : [classes[1] ?? spec.target ?? '']
    return outputs.length > shownColumns ? null : weightsOf(readable, outputs, slots)
  }
  // A tree asks of few columns; all of a large table are not read for it.
  const gaps = new Map<string, boolean>()
  const hasGaps = (name: string): boolean => {
    const column = data.table.columns.find(each => each.name === name)
    const known =
      gaps.get(name) ?? (column?.kind === 'numeric' && data.train.some(row => Number.isNaN(column.values[row]!)))
    gaps.set(name, known)
    return known
  }
  return treeOf(readable, classes, slots, hasGaps)
}

function weightsOf(
  { encoder, weights, intercepts }: Extract<Readable, { kind: 'weights' }>,
  outputs: readonly string[],
  slots: ReadonlyMap<string, ColumnSlot>,
): Weights {
  const { width, names, numbers, deviations } = encoder
  const columns = names.map((name, j) => {
    const own = outputs.map((_, k) => weights[k * width + j]!)
    const slot = slots.get(name)
    const hasUnit = j < numbers && deviations && (!slot || slot.type === 'number' || slot.type === 'integer')
    const unit = hasUnit ? deviations[j]! * (slot?.scale ?? 1) : null
    return { name, weights: own, perUnit: unit === null ? null : own.map(weight => weight / unit) }
  })
  const largest = ({ weights: own }: (typeof columns)[number]) => Math.max(...own.map(Math.abs))
  const listed = columns
    .filter(column => largest(column) > 0)
    .sort((a, b) => largest(b) - largest(a))
    .slice(0, Math.min(shownColumns, Math.floor(shownWeights / outputs.length)))
  const others = columns.length - listed.length
  return { kind: 'weights', outputs: [...outputs], intercepts: Array.from(intercepts), columns: listed, others }
}

function treeOf(
  { encoder, tree, middle, outputs }: Extract<Readable, { kind: 'tree' }>,
  classes: readonly string[],
  slots: ReadonlyMap<string, ColumnSlot>,
  hasGaps: (name: string) => boolean,
): LearnedTree {
  const means = meansOf(tree, outputs)
  const leaves = leavesBelow(tree)
  const answerOf = (node: number): Pick<TreeNode, 'answer' | 'of'> => {
    if (outputs === 1) return { answer: means[node]! + middle, of: classes[1] ?? null }
    const shares = means.subarray(node * outputs, (node + 1) * outputs)
    const answer = Math.max(...shares)
    return { answer, of: classes[shares.indexOf(answer)]! }
  }
  const questionOf = (node: number, yes: number): TreeQuestion => {
    const column = tree.column[node]!
    const name = encoder.names[column]!
    const set = tree.members[node]
    const place = { column: name, yes, no: yes + 1 }
    if (!set) {
      const { offset = 0, scale = 1, type = 'number' } = slots.get(name) ?? {}
      const missing = !hasGaps(name) ? null : tree.missingLeft[node] ? 'yes' : 'no'
      if (type === 'boolean') return { ...place, atMost: null, oneOf: ['false'], others: 0, missing }
      const atMost = shownValue(type, offset + scale * tree.threshold[node]!)
      return { ...place, atMost, oneOf: null, others: 0, missing }
    }
    const labels = encoder.labels(column)
    // Behind the last label stand all that are too rare to have one.
    const known = Array.from(set).filter(label => label < labels.length)
    const oneOf = known.slice(0, shownTexts).map(label => (labels[label] === missingText ? null : labels[label]!))
    return { ...place, atMost: null, oneOf, others: set.length - oneOf.length, missing: null }
  }
  const nodes: TreeNode[] = []
  const listed = [0]
  for (let at = 0; at < listed.length; at += 1) {
    const node = listed[at]!
    const isShown = tree.left[node]! >= 0 && listed.length + 2 <= shownNodes
    const question = isShown ? questionOf(node, listed.length) : null
    if (isShown) listed.push(tree.left[node]!, tree.right[node]!)
    nodes.push({ rows: tree.cover[node]!, ...answerOf(node), question, leaves: leaves[node]! })
  }
  return { kind: 'tree', nodes }
}

function leavesBelow({ left, right }: ForestTree): Int32Array {
  const leaves = new Int32Array(left.length).fill(1)
  // Children stand behind their parents.
  for (let node = left.length - 1; node >= 0; node -= 1) {
    if (left[node]! >= 0) leaves[node] = leaves[left[node]!]! + leaves[right[node]!]!
  }
  return leaves
}
