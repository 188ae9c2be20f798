import {
  equal,
  gather,
  matmul,
  ones,
  reshape,
  ScatterElements,
  scatterRows,
  transpose,
  type Value,
} from '../autodiff/index.ts'
import type { Optimizer, UpdateContext } from '../optimizers/index.ts'

/**
 * An optimizer's step on those rows of a table that the batch looks up. The others stay as they are, their slots too: with slots this is
 * the optimizer's lazy form (as torch.optim.SparseAdam), without it is the same. Rows that are looked up more than once get the sum of
 * their gradients, by a product of matrices, so that the order of additions is always the same.
 */
export function updateRows(optimizer: Optimizer, context: UpdateContext): ReturnType<Optimizer['update']> {
  const changed = rowsOf(context.gradient)
  if (!changed) return optimizer.update(context)
  const { places, rows } = changed
  const taken = (table: Value) => gather(table, places)
  const next = optimizer.update({
    ...context,
    parameter: taken(context.parameter),
    gradient: summed(places, rows),
    slots: context.slots.map(taken),
  })
  return {
    parameter: scatterRows(context.parameter, places, next.parameter),
    slots: next.slots.map((slot, i) => scatterRows(context.slots[i]!, places, slot)),
  }
}

/** The rows that a gradient consists of and where in the table they lie; null for one that has no such rows. */
export function rowsOf({ source }: Value): { places: Value; rows: Value } | null {
  if (source.kind !== 'operator' || source.operator !== ScatterElements) return null
  const [rows, places] = source.inputs as [Value, Value]
  return { places, rows }
}

/** Places [batch, columns], rows [batch, columns, units]: in each column every row plus the others of the same place. */
function summed(places: Value, rows: Value): Value {
  const [batch, columns] = places.shape as [number, number]
  const byColumn = transpose(places, [1, 0])
  const isSame = equal(reshape(byColumn, [columns, batch, 1]), reshape(byColumn, [columns, 1, batch]))
  return transpose(matmul(ones(isSame, rows), transpose(rows, [1, 0, 2])), [1, 0, 2])
}
