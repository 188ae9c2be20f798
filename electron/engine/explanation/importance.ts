import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { ColumnImportance } from '../../../shared/model/explanation.ts'
import type { Task } from '../../../shared/model/run.ts'
import { Pcg32 } from '../numerics/index.ts'

/** Answers a table, row-major: probabilities [rows, classes] or values [rows]. */
export type Predict = (table: Table) => Promise<Float32Array>

const leastProbability = 1e-15

/** Of each row: log-loss of its true class, or squared error. */
export function rowLosses(task: Task, truth: Float64Array, predictions: Float32Array): Float64Array {
  const width = predictions.length / truth.length
  return truth.map((value, row) =>
    task === 'regression'
      ? (predictions[row]! - value) ** 2
      : -Math.log(Math.max(predictions[row * width + value]!, leastProbability)),
  )
}

interface ImportanceOptions {
  task: Task
  /** One a row of the table: class index, or value. */
  truth: Float64Array
  groups: readonly string[][]
  repeats: number
  seed: number
  onProgress(share: number): void
}

/**
 * Permutation importance (Breiman 2001; over held-out rows as Fisher, Rudin, Dominici 2019): by how much the mean loss rises when the values
 * of a group of columns are shuffled among the rows, mean over `repeats` shuffles, with its 95 % interval over the rows. Most important first.
 */
export async function permutationImportance(
  table: Table,
  predict: Predict,
  { task, truth, groups, repeats, seed, onProgress }: ImportanceOptions,
): Promise<{ base: number; importance: ColumnImportance[] }> {
  const asIs = rowLosses(task, truth, await predict(table))
  const importance: ColumnImportance[] = []
  for (const [place, columns] of groups.entries()) {
    const rises = new Float64Array(truth.length)
    const random = new Pcg32(seed, 11 + place)
    const names = new Set(columns)
    const own = table.columns.filter(({ name }) => names.has(name))
    for (let repeat = 0; repeat < repeats; repeat += 1) {
      onProgress((place + repeat / repeats) / groups.length)
      const order = random.shuffle(Int32Array.from(truth.keys()))
      const shuffled = selectRows({ ...table, columns: own }, order)
      const byName = new Map(shuffled.columns.map(column => [column.name, column]))
      const changed = { ...table, columns: table.columns.map(column => byName.get(column.name) ?? column) }
      const losses = rowLosses(task, truth, await predict(changed))
      losses.forEach((loss, row) => {
        rises[row]! += (loss - asIs[row]!) / repeats
      })
    }
    const rise = mean(rises)
    const variance = rises.reduce((sum, value) => sum + (value - rise) ** 2, 0) / Math.max(1, rises.length - 1)
    const margin = 1.959964 * Math.sqrt(variance / rises.length)
    importance.push({ columns, rise, interval: [rise - margin, rise + margin] })
  }
  return { base: mean(asIs), importance: importance.sort((a, b) => b.rise - a.rise) }
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value / values.length, 0)
}
