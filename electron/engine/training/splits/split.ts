import { AppError } from '../../../../shared/errors.ts'
import type { Numbers, Table, TableColumn } from '../../../../shared/inference/table.ts'
import type { SplitBy } from '../../../../shared/model/run.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Target } from '../target.ts'
import { cutByOrder, drawParts, type Rows, rowsByClass, spreadGroups } from './divide.ts'

export interface Split {
  /** Row indices of the table, ascending; no row is in two parts. */
  train: Int32Array
  validation: Int32Array
  test: Int32Array
  warnings: string[]
}

export interface SplitChoice {
  /** Null: drawn from the seed, each class (all rows for regression) on its own. */
  splitColumn: string | null
  /** What that column holds. */
  splitBy: SplitBy
  seed: number
}

const shares = { train: 0.6, validation: 0.2, test: 0.2 }
/** Of a class with fewer rows none can be spared for validation and test. */
const leastOfClass = 3
export const partNames = ['train', 'validation', 'test'] as const
type Part = (typeof partNames)[number]
type Parts = Record<Part, Rows>

/**
 * 60 % train, 20 % validation, 20 % test of the rows that have a target: drawn from the seed; or, by a column, as it says, the newest for
 * test and those before for validation, or whole groups drawn. Throws `bad-data` where a part would have no rows, or two classes cannot be
 * in all of them, and naming the column and row that hold something else.
 */
export function splitTable(table: Table, choice: SplitChoice, target: Target): Split {
  const rows = Array.from(target.values.keys()).filter(row => !Number.isNaN(target.values[row]!))
  const random = new Pcg32(choice.seed, 1)
  const warnings: string[] = []
  if (choice.splitColumn === null) return finish(drawn(rows, target, random, warnings), target, warnings)
  const column = columnOf(table, choice)
  if (choice.splitBy !== 'time' && choice.splitBy !== 'group') {
    return finish(named(rows, column, random, warnings), target, warnings)
  }
  refuseTooFew(rows, column, choice.splitBy)
  const divided = choice.splitBy === 'time' ? byTime(rows, timesOf(column)) : byGroup(rows, column, target, random)
  const left = rows.length - partNames.reduce((sum, part) => sum + divided[part].length, 0)
  if (left) warnings.push(`${left} rows without "${column.name}" were left out: it is what the split goes by`)
  return finish(divided, target, warnings)
}

/** Throws `bad-input` for a column that is not there. */
export function columnOf(table: Table, { splitColumn }: Pick<SplitChoice, 'splitColumn'>): TableColumn {
  const column = table.columns.find(({ name }) => name === splitColumn)
  if (!column) throw new AppError('bad-input', `There is no column "${splitColumn}" that could be the split`)
  return column
}

/** Throws `bad-data` for a text: it has no order in time. */
export function timesOf(column: TableColumn): Numbers {
  if (column.kind === 'numeric' && column.type !== 'boolean') return column.values
  throw new AppError('bad-data', `The column "${column.name}" is ${column.type}, which has no order in time`, {
    mend: `Import it as a date (--type "${column.name}=date") or a number, or split by another column.`,
  })
}

/** Throws `bad-data` naming the column where its times or groups cannot be in three parts. */
function refuseTooFew(rows: Rows, column: TableColumn, by: 'time' | 'group'): void {
  const cells = column.kind === 'text' ? column.codes : column.values
  const isThere = (cell: number) => (column.kind === 'text' ? cell >= 0 : !Number.isNaN(cell))
  const { size } = new Set(Array.from(rows, row => cells[row]!).filter(isThere))
  if (size >= partNames.length) return
  const held = size === 1 ? `one ${by}` : `${size || 'no'} ${by}s`
  throw new AppError('bad-data', `The column "${column.name}" holds ${held} in the rows with a target`, {
    mend: `Training, validation and test take one ${by} each at least: split by another column, or leave --split out.`,
  })
}

function drawn(rows: Rows, target: Target, random: Pcg32, warnings: string[]): Parts {
  const byClass = rowsByClass(rows, target)
  for (const [place, { length }] of byClass.entries()) {
    if (target.classes.length && !target.isUnlabelled && length < leastOfClass)
      warnings.push(rareClass(target, place, length))
  }
  const [test, validation, train] = drawParts(byClass, [shares.test, shares.validation, shares.train], random)
  return { train: train!, validation: validation!, test: test! }
}

function byTime(rows: Rows, times: Numbers): Parts {
  const [train, validation, test] = cutByOrder(rows, times, [shares.train, shares.validation, shares.test])
  return { train: train!, validation: validation!, test: test! }
}

function byGroup(rows: Rows, column: TableColumn, target: Target, random: Pcg32): Parts {
  const wanted = [shares.train, shares.validation, shares.test]
  const [train, validation, test] = spreadGroups(rows, column, { target, shares: wanted, random })
  return { train: train!, validation: validation!, test: test! }
}

/**
 * `train`, `validation` and `test` in any case; an empty field leaves the row out. Without validation rows a quarter of the training
 * rows, drawn, becomes them.
 */
function named(rows: Rows, column: TableColumn, random: Pcg32, warnings: string[]): Parts {
  const { name } = column
  if (column.kind !== 'text') {
    throw new AppError(
      'bad-data',
      `The split column "${name}" is ${column.type}; it has to hold train, validation and test`,
      { mend: 'If it holds times or groups, say so: --split-by time, or --split-by group.' },
    )
  }
  const { codes, dictionary } = column
  const partOf = dictionary.map(text => partNames.find(part => part === text.trim().toLowerCase()))
  const split: Record<Part, number[]> = { train: [], validation: [], test: [] }
  for (const row of rows) {
    const code = codes[row]!
    if (code < 0) continue
    const part = partOf[code]
    if (!part) {
      throw new AppError(
        'bad-data',
        `Row ${row + 1}: the split column "${name}" holds ${JSON.stringify(dictionary[code])}, not train, validation or test`,
        { mend: 'Correct the value in the file and import it again; if it names groups, add --split-by group.' },
      )
    }
    split[part].push(row)
  }
  if (split.validation.length === 0 && split.train.length > 0) {
    const shuffled = random.shuffle(split.train)
    split.validation = shuffled.splice(0, Math.round(shuffled.length / 4))
    warnings.push(`"${name}" names no validation rows: a quarter of the training rows became them`)
  }
  return split
}

function rareClass({ task, classes }: Target, place: number, rows: number): string {
  const told = `The class ${JSON.stringify(classes[place])} has ${rows === 1 ? 'one row' : `${rows} rows`}`
  if (task === 'binary') {
    throw new AppError('bad-data', `${told}; training, validation and test need at least one each`, {
      mend: 'Gather more rows of it, or choose another --target.',
    })
  }
  return task === 'anomaly'
    ? `${told}: too few to measure by`
    : `${told}: it is learned, and neither validated nor tested`
}

function finish(split: Parts, target: Target, warnings: string[]): Split {
  for (const part of partNames) {
    if (split[part].length > 0) continue
    throw new AppError('bad-data', `There are no rows for ${part}: too few rows, times or groups have a target`, {
      mend: 'At least three rows with a target are needed, better a few hundred; or split by another column.',
    })
  }
  const sorted = (rows: Rows) => Int32Array.from(rows).sort()
  const [train, validation, test] = [sorted(split.train), sorted(split.validation), sorted(split.test)]
  // Labels that are only measured by may be missing there.
  if (target.task === 'anomaly') return { train, validation, test, warnings }
  const learned = new Set(Array.from(train, row => target.values[row]!))
  target.classes.forEach((label, place) => {
    if (learned.has(place)) return
    const told = `The class ${JSON.stringify(label)} is in no training row`
    if (target.task === 'binary') {
      throw new AppError('bad-data', `${told}: there is nothing to learn`, {
        mend: 'Split by another column, or drawn.',
      })
    }
    warnings.push(`${told}: it is never answered`)
  })
  return { train, validation, test, warnings }
}
