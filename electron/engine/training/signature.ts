import type { DataContract } from '../../../shared/inference/bundle.ts'
import type { ColumnSlot, Signature } from '../../../shared/inference/signature.ts'
import type { NumericColumn, Table, TableColumn } from '../../../shared/inference/table.ts'
import { isWithoutTarget } from '../../../shared/model/run.ts'
import type { GraphBuilder } from '../runtime/index.ts'
import type { RawInputs } from './algorithm.ts'
import type { Target } from './target.ts'

const dayMs = 86_400_000
/** Whole numbers beyond this are not exact in float32. */
const exactFloat32 = 2 ** 24

/** The signature of a model that learns from these columns. Numbers that float32 cannot tell apart are shifted, dates become days. */
export function makeSignature(
  table: Table,
  features: readonly string[],
  { task, classes }: Target,
  target: string | null,
  /** How some of the columns are shifted and scaled, where that is not told from their values. */
  known: readonly Pick<ColumnSlot, 'name' | 'offset' | 'scale'>[] = [],
  about: ReadonlyMap<string, string> = new Map(),
): Signature {
  const byName = new Map(table.columns.map(column => [column.name, column]))
  const columns = features.map(name => byName.get(name)!)
  const numeric = columns.filter(column => column.kind === 'numeric')
  const text = columns.filter(column => column.kind === 'text')
  const types = new Map(numeric.map(({ name, type }) => [name, type]))
  const slots = new Map(
    known.flatMap(({ name, offset, scale }) => {
      const type = types.get(name)
      return type ? [[name, { name, type, offset, scale }] as const] : []
    }),
  )
  const inputs: Signature['inputs'] = []
  if (numeric.length)
    inputs.push({
      name: 'numeric',
      type: 'float32',
      columns: numeric.map(column => slots.get(column.name) ?? slotOf(column)),
      vector: false,
    })
  if (text.length) {
    const slots = text.map(({ name, type }) => ({ name, type, offset: 0, scale: 1 }))
    inputs.push({ name: 'text', type: 'string', columns: slots, vector: false })
  }
  return {
    formatVersion: 1,
    task,
    target: isWithoutTarget(task) ? null : target,
    columns: columns.map(({ name, type }) => ({ name, type, ...(about.has(name) ? { about: about.get(name)! } : {}) })),
    inputs,
    // Of what learns without a target the algorithm says the rest.
    outputs:
      task === 'regression' || isWithoutTarget(task)
        ? { probabilities: null, value: 'value' }
        : { probabilities: 'probabilities', value: null },
    classes: isWithoutTarget(task) ? [] : classes,
  }
}

function slotOf({ name, type, values }: NumericColumn): ColumnSlot {
  let low = Number.POSITIVE_INFINITY
  let high = Number.NEGATIVE_INFINITY
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row]!
    if (value < low && value !== Number.NEGATIVE_INFINITY) low = value
    if (value > high && value !== Number.POSITIVE_INFINITY) high = value
  }
  if (low > high) return { name, type, offset: 0, scale: 1 }
  if (type === 'date' || type === 'datetime')
    return { name, type, offset: Math.floor(low / dayMs) * dayMs, scale: dayMs }
  const isLarge = Math.max(Math.abs(low), Math.abs(high)) > exactFloat32
  return { name, type, offset: isLarge ? low : 0, scale: 1 }
}

/** The table as the model's inputs hold it: numbers shifted and scaled in double, then rounded to float32. */
export function roundTable(table: Table, { inputs }: Signature): Table {
  const slots = new Map(inputs.flatMap(input => input.columns).map(slot => [slot.name, slot]))
  const round = (column: TableColumn): TableColumn => {
    const slot = slots.get(column.name)
    if (column.kind === 'text' || !slot) return column
    const { offset, scale } = slot
    const values = new Float32Array(table.rows)
    for (let row = 0; row < table.rows; row += 1) values[row] = (column.values[row]! - offset) / scale
    return { ...column, values }
  }
  return { rows: table.rows, columns: table.columns.map(round) }
}

/** Declares the raw inputs in a graph and says where each column lies in them. */
export function addInputs(graph: GraphBuilder, { inputs }: Signature): RawInputs {
  const slots = (name: string) => {
    const input = inputs.find(each => each.name === name)
    if (input) graph.input(name, name === 'text' ? 'string' : 'float32', ['N', input.columns.length])
    return new Map(input?.columns.map((column, slot) => [column.name, slot]))
  }
  return { numbers: 'numeric', numeric: slots('numeric'), text: slots('text') }
}

/** Every column that is learned from must be named in a row and may be missing; `ignored` ones may be there. */
export function makeContract({ columns }: Signature, ignored: readonly TableColumn[]): DataContract {
  return {
    formatVersion: 1,
    columns: [
      ...columns.map(column => ({ ...column, required: true, nullable: true })),
      ...ignored.map(({ name, type }) => ({ name, type, required: false, nullable: true })),
    ],
  }
}
