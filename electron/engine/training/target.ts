import { AppError } from '../../../shared/errors.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import { mostNumberClasses } from '../../../shared/lib/learned-as-classes.ts'
import type { Task } from '../../../shared/model/run.ts'

const maximumClasses = 1000

export interface TargetChoice {
  column: string
  task: 'classification' | 'regression' | null
  /** The class that counts as positive, of two. */
  positive: string | null
}

export interface Target {
  task: Task
  /** In the order of the probabilities; for two classes the second is the positive one. Empty for regression. */
  classes: string[]
  /** One a row: class index, or value; NaN where it is missing. */
  values: Float64Array
  /** Rows without a target: they are in no split. */
  missing: number
  /** The values only stand for a target that is not there: nothing is measured by them. */
  isUnlabelled?: boolean
}

/**
 * What is to be learned, told from the target column: text and booleans are classes, so are whole numbers with at most 20
 * distinct values; other numbers are values. Throws `bad-data` for a target that nothing can be learned from.
 */
export function readTarget(table: Table, { column: name, task: wanted, positive }: TargetChoice): Target {
  const column = table.columns.find(each => each.name === name)
  if (!column) throw new AppError('bad-input', `There is no column "${name}" that could be the target`)
  const cells = column.kind === 'text' ? column.codes : column.values
  let missing = 0
  for (const cell of cells) missing += Number(isMissing(column, cell))
  if (missing === table.rows) {
    throw new AppError('bad-data', `The target "${name}" is missing in all ${table.rows} rows`, {
      mend: 'Choose another --target, or import a file in which it is filled.',
    })
  }
  const labels = distinctLabels(column)
  if (labels.length === 1) {
    throw new AppError(
      'bad-data',
      `The target "${name}" is ${JSON.stringify(labels[0]!.label)} in every row: there is nothing to learn`,
      {
        mend: 'Choose another --target, or import data in which it varies.',
      },
    )
  }
  if (taskOf(column, labels, wanted) === 'regression') {
    if (positive !== null) throw positiveWithoutClasses(name)
    return { task: 'regression', classes: [], values: valuesOf(column), missing }
  }
  const classes = orderClasses(name, labels, positive)
  const places = new Map(classes.map((label, place) => [label, place]))
  const byCell = new Map(labels.map(({ cell, label }) => [cell, places.get(label)!]))
  return {
    task: classes.length === 2 ? 'binary' : 'multiclass',
    classes,
    values: Float64Array.from(cells, cell => byCell.get(cell) ?? Number.NaN),
    missing,
  }
}

interface Label {
  cell: number
  label: string
}

function isMissing(column: TableColumn, cell: number): boolean {
  return column.kind === 'text' ? cell < 0 : Number.isNaN(cell)
}

/** The distinct values that rows have, in the order of the classes; counting stops where there are too many for classes. */
function distinctLabels(column: TableColumn): Label[] {
  const cells = column.kind === 'text' ? column.codes : column.values
  const distinct = new Set<number>()
  for (const cell of cells) {
    if (!isMissing(column, cell)) distinct.add(cell)
    if (distinct.size > maximumClasses) break
  }
  const labelOf = (cell: number) =>
    column.kind === 'text' ? column.dictionary[cell]! : column.type === 'boolean' ? String(cell !== 0) : String(cell)
  const labels = Array.from(distinct, cell => ({ cell, label: labelOf(cell) }))
  return column.kind === 'text'
    ? labels.sort((a, b) => (a.label < b.label ? -1 : 1))
    : labels.sort((a, b) => a.cell - b.cell)
}

function taskOf(column: TableColumn, labels: Label[], wanted: TargetChoice['task']): 'classification' | 'regression' {
  const { name, type } = column
  if (type === 'date' || type === 'datetime') {
    throw new AppError('unsupported', `The target "${name}" is a ${type}: only classes and numbers can be learned`, {
      mend: `Import it as a number (--type "${name}=number"), or choose another --target.`,
    })
  }
  if (type === 'text' && wanted === 'regression') {
    throw new AppError('bad-data', `The target "${name}" is text, so it cannot be learned as a number`, {
      mend: `Import it with --type "${name}=number", or leave --task out.`,
    })
  }
  const areFew = labels.length <= mostNumberClasses && labels.every(({ cell }) => Number.isInteger(cell))
  const told = column.kind === 'text' || type === 'boolean' || areFew ? 'classification' : 'regression'
  const task = wanted ?? told
  if (task === 'classification' && labels.length > maximumClasses) {
    throw new AppError(
      'bad-data',
      `The target "${name}" has more than ${maximumClasses} distinct values: too many for classes`,
      {
        mend: type === 'text' ? 'It looks like an identifier; choose another --target.' : 'Use --task regression.',
      },
    )
  }
  return task
}

function valuesOf(column: TableColumn): Float64Array {
  if (column.kind === 'text') throw new AppError('internal', 'A text has no values')
  const infinite = column.values.filter(value => Math.abs(value) === Number.POSITIVE_INFINITY).length
  if (infinite) {
    throw new AppError(
      'bad-data',
      `The target "${column.name}" holds infinite values in ${infinite} of ${column.values.length} rows`,
      {
        mend: 'Remove these rows, or leave the value empty: rows without a target are left out.',
      },
    )
  }
  return Float64Array.from(column.values)
}

function orderClasses(name: string, labels: Label[], positive: string | null): string[] {
  const classes = labels.map(({ label }) => label)
  if (positive === null) return classes
  if (classes.length !== 2) throw positiveWithoutClasses(name)
  if (!classes.includes(positive)) {
    throw new AppError('bad-input', `The target "${name}" has no class ${JSON.stringify(positive)}`, {
      mend: `Its classes are ${classes.map(label => JSON.stringify(label)).join(' and ')}.`,
    })
  }
  return classes[1] === positive ? classes : [...classes].reverse()
}

function positiveWithoutClasses(name: string): AppError {
  return new AppError(
    'bad-input',
    `The target "${name}" does not have two classes, so none of them is the positive one`,
    {
      mend: 'Leave --positive out.',
    },
  )
}
