import { AppError } from '../../../shared/errors.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import { isProse } from './features/index.ts'

export interface ChosenFeatures {
  /** In the order of the table. */
  features: string[]
  /** Columns that a row to be scored may hold, but that nothing is made of. */
  ignored: string[]
  warnings: string[]
}

/** All columns but the target, the split and the excluded ones, less those that say nothing in the training rows. */
export function chooseFeatures(
  table: Table,
  train: Int32Array,
  { target, splitColumn, exclude }: { target: string | null; splitColumn: string | null; exclude: readonly string[] },
): ChosenFeatures {
  const known = new Set(table.columns.map(({ name }) => name))
  const unknown = exclude.find(name => !known.has(name))
  if (unknown !== undefined) {
    throw new AppError('bad-input', `There is no column "${unknown}" to exclude`, {
      mend: 'See `lathe dataset NAME` for the columns.',
    })
  }
  const others = table.columns.filter(({ name }) => name !== target)
  const left = new Set([splitColumn, ...exclude])
  const offered = others.filter(({ name }) => !left.has(name))
  const warnings: string[] = []
  const features = offered.filter(column => {
    const reason = saysNothing(column, train)
    if (reason) warnings.push(`The column "${column.name}" is left out: ${reason}`)
    return reason === null
  })
  if (!features.length) {
    throw new AppError(
      'bad-data',
      `There is no column${target === null ? '' : ` besides "${target}"`} that anything could be learned from`,
      {
        mend: 'Import data with columns whose values vary.',
      },
    )
  }
  const names = features.map(({ name }) => name)
  const chosen = new Set(names)
  return { features: names, ignored: others.map(({ name }) => name).filter(name => !chosen.has(name)), warnings }
}

function saysNothing(column: TableColumn, train: Int32Array): string | null {
  const cells = column.kind === 'text' ? column.codes : column.values
  const first = cells[train[0]!]!
  const isAbsent = (cell: number) => (column.kind === 'text' ? cell < 0 : Number.isNaN(cell))
  if (train.every(row => Object.is(cells[row], first))) {
    return isAbsent(first) ? 'it is missing in all training rows' : 'it is the same in all training rows'
  }
  if (column.kind !== 'text' || isProse(column, train)) return null
  const seen = new Set(Array.from(train, row => cells[row]!))
  return seen.size === train.length ? 'no text repeats in the training rows, as in an identifier' : null
}
