import type { RawRow } from '../../../shared/inference/signature.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import type { ColumnContributions, ContributionScale, TreeContributions } from '../../../shared/model/explanation.ts'
import { isWithoutTarget, type Task } from '../../../shared/model/run.ts'
import { openTrees, type TreeModel } from '../runtime/index.ts'
import {
  type CoveredTree,
  columnsOfMatrix,
  coverTrees,
  expectedScores,
  type ShapValues,
  treeShap,
} from './tree-shap.ts'

/** Numbers that the values of all rows may take: some 32 MB. */
const mostNumbers = 4_000_000
/** Some tens of seconds. */
const mostSteps = 5e9
const fewestRows = 20
/** Columns whose rows are shown, and dots over all outputs of one column. */
const shownColumns = 20
const shownDots = 500

/** A model of trees whose contributions can be worked out. */
export interface TreeExplainer {
  scale: ContributionScale
  /** Names of the columns that are told apart, one a group of the matrix's. */
  columns: string[]
  base: Float64Array
  outputs: string[]
  /** Roughly what a row costs, in small steps. */
  steps: number
  /** [outputs][columns][rows], and the scores that they add up to, [rows, outputs]. */
  explain(
    rows: Table | readonly RawRow[],
    onProgress?: (share: number) => void,
  ): Promise<{ values: ShapValues; scores: Float32Array }>
  close(): Promise<void>
}

/**
 * Opens the trees of a bundle. `background` are rows to count the ways at branches by, asked for only where the file does not say them. Null for a
 * model that is not one of trees, or whose trees tell paths instead of answers, and where neither file nor background tell the counts.
 */
export async function openTreeExplainer(
  folder: string,
  told: { task: Task | null; classes: readonly string[]; target: string },
  background: () => Promise<Table | null>,
  signal?: AbortSignal,
): Promise<TreeExplainer | null> {
  if (isWithoutTarget(told.task)) return null
  const model = await openTrees(folder)
  if (!model) return null
  const width = model.sources.length
  const outputs = outputNames(model, told)
  const trees = outputs ? await coversOf(model, width, background, signal) : null
  if (!trees || !outputs) {
    await model.close()
    return null
  }
  const names = model.sources.map(sources => sources.join(' × '))
  const columns = [...new Set(names)]
  const places = new Map(columns.map((name, place) => [name, place]))
  const groups = Int32Array.from(names, name => places.get(name)!)
  return {
    scale: scaleOf(model, told.task),
    ...{ columns, outputs, base: expectedScores(trees, model.base), steps: stepsOf(trees) },
    async explain(rows, onProgress) {
      const { matrix, scores } = await ('columns' in rows ? model.encode(rows, signal) : model.encodeRows(rows))
      const values = await treeShap(trees, columnsOfMatrix(matrix, width), {
        ...{ groups, outputs: outputs.length, signal },
        onProgress,
      })
      return { values, scores }
    },
    close: () => model.close(),
  }
}

async function coversOf(
  model: TreeModel,
  width: number,
  background: () => Promise<Table | null>,
  signal?: AbortSignal,
): Promise<CoveredTree[] | null> {
  const told = coverTrees(model.trees, null)
  if (told) return told
  const table = await background()
  if (!table?.rows) return null
  const { matrix } = await model.encode(table, signal)
  return coverTrees(model.trees, columnsOfMatrix(matrix, width))
}

/** Null where the trees' outputs cannot be named. */
function outputNames(
  { base }: TreeModel,
  { classes, target }: { classes: readonly string[]; target: string },
): string[] | null {
  if (classes.length === 0) return base.length === 1 ? [target] : null
  if (base.length === classes.length) return [...classes]
  return base.length === 1 && classes.length === 2 ? [classes[1]!] : null
}

function scaleOf({ link }: TreeModel, task: Task | null): ContributionScale {
  if (link === 'Sigmoid') return 'log-odds'
  if (link === 'Softmax') return 'score'
  if (task === 'regression' || task === null) return link === 'Exp' ? 'log-value' : 'value'
  return 'probability'
}

/** How many of `rows` rows are worked out: fewer of many columns, and fewer where the trees are large. */
export function rowsToExplain({ columns, outputs, steps }: TreeExplainer, rows: number): number {
  const most = Math.min(mostNumbers / Math.max(1, columns.length * outputs.length), mostSteps / Math.max(1, steps))
  return Math.min(rows, Math.max(fewestRows, Math.floor(most)))
}

/** Every branch of every tree is passed, by way of about as many numbers as its path has columns. */
function stepsOf(trees: readonly CoveredTree[]): number {
  const depthOf = (tree: CoveredTree): number => {
    const depth = new Int32Array(tree.left.length)
    // Children lie behind their parents.
    for (let node = 0; node < depth.length; node += 1) {
      if (tree.left[node]! < 0) continue
      depth[tree.left[node]!] = depth[node]! + 1
      depth[tree.right[node]!] = depth[node]! + 1
    }
    return depth.reduce((most, own) => Math.max(most, own), 0)
  }
  return trees.reduce((sum, tree) => sum + tree.left.length * depthOf(tree) * tree.values.length, 0)
}

/**
 * Contributions of the rows of a table: their mean size by column, and those of some rows to show one by one. `rowIds` are the rows' places in the
 * dataset version.
 */
export async function treeContributions(
  explainer: TreeExplainer,
  table: Table,
  rowIds: Int32Array,
  onProgress: (share: number) => void,
): Promise<TreeContributions> {
  const start = performance.now()
  const { scale, outputs, base } = explainer
  const { values, scores } = await explainer.explain(table, onProgress)
  const count = Math.min(table.rows, Math.max(50, Math.floor(shownDots / outputs.length)))
  const shown = Int32Array.from({ length: count }, (_, i) => Math.floor((i * table.rows) / count))
  const byName = new Map(table.columns.map(column => [column.name, column]))
  const columns = explainer.columns.map((column, i): ColumnContributions => {
    const means = values.map(own => own[i]!.reduce((sum, value) => sum + Math.abs(value), 0) / Math.max(1, table.rows))
    return { column, type: byName.get(column)?.type, means, values: [], contributions: [] }
  })
  const size = ({ means }: ColumnContributions) => means.reduce((sum, mean) => sum + mean, 0)
  const sorted = columns.toSorted((a, b) => size(b) - size(a))
  for (const each of sorted.slice(0, shownColumns)) {
    const i = explainer.columns.indexOf(each.column)
    each.values = Array.from(shown, row => valueAt(byName.get(each.column), row))
    each.contributions = values.map(own => Array.from(shown, row => rounded(own[i]![row]!)))
  }
  let largestGap = 0
  for (let row = 0; row < table.rows; row += 1) {
    for (let k = 0; k < outputs.length; k += 1) {
      const sum = values[k]!.reduce((total, own) => total + own[row]!, base[k]!)
      largestGap = Math.max(largestGap, Math.abs(sum - scores[row * outputs.length + k]!))
    }
  }
  return {
    ...{ scale, outputs, base: [...base], rows: table.rows, largestGap, columns: sorted },
    shown: Array.from(shown, row => rowIds[row]!),
    answers: outputs.map((_, k) => Array.from(shown, row => rounded(scores[row * outputs.length + k]!))),
    seconds: (performance.now() - start) / 1000,
  }
}

/** What is drawn needs no more digits. */
const rounded = (value: number) => Number(value.toPrecision(5))

/** A cell as JSON carries it; null where it is missing, or the column is one that the model made. */
export function valueAt(column: TableColumn | undefined, row: number): number | string | null {
  if (!column) return null
  if (column.kind === 'text') return column.codes[row]! < 0 ? null : column.dictionary[column.codes[row]!]!
  const value = column.values[row]!
  return Number.isFinite(value) ? value : null
}
