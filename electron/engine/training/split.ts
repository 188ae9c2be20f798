import { AppError } from '../../../shared/errors.ts'
import type { TableColumn } from '../../../shared/inference/table.ts'
import { Pcg32 } from '../numerics/index.ts'
import type { Target } from './target.ts'

export interface Split {
  /** Row indices of the table, ascending; together all rows that have a target. */
  train: Int32Array
  validation: Int32Array
  test: Int32Array
  warnings: string[]
}

const shares = { validation: 0.2, test: 0.2 }
/** Of a class with fewer rows none can be spared for validation and test. */
const leastOfClass = 3
const parts = ['train', 'validation', 'test'] as const
type Part = (typeof parts)[number]

/**
 * 60 % train, 20 % validation, 20 % test, drawn with PCG from `seed`, each class (all rows for regression) on its own. A class of
 * fewer than three rows stays in training, with a warning; of two classes that is refused. Throws `bad-data` for too few rows.
 */
export function splitRows(target: Target, seed: number): Split {
  const random = new Pcg32(seed, 1)
  const split = emptySplit()
  const warnings: string[] = []
  for (const [place, rows] of rowsByClass(target).entries()) {
    if (target.classes.length && rows.length < leastOfClass) warnings.push(rareClass(target, place, rows.length))
    random.shuffle(rows)
    const test = Math.round(rows.length * shares.test)
    const validation = Math.round(rows.length * shares.validation)
    rows.forEach((row, i) => {
      split[i < test ? 'test' : i < test + validation ? 'validation' : 'train'].push(row)
    })
  }
  return finish(split, warnings)
}

/**
 * The split that a text column gives: `train`, `validation` and `test` in any case; an empty field leaves the row out. Without
 * validation rows a quarter of the training rows, drawn from `seed`, becomes them. Throws `bad-data` naming another value and its row.
 */
export function splitByColumn(column: TableColumn, target: Target, seed: number): Split {
  if (column.kind !== 'text') {
    throw new AppError(
      'bad-data',
      `The split column "${column.name}" is ${column.type}; it has to hold train, validation and test`,
    )
  }
  const partOf = column.dictionary.map(text => parts.find(part => part === text.trim().toLowerCase()))
  const split = emptySplit()
  column.codes.forEach((code, row) => {
    if (code < 0 || Number.isNaN(target.values[row]!)) return
    const part = partOf[code]
    if (!part) {
      throw new AppError(
        'bad-data',
        `Row ${row + 1}: the split column "${column.name}" holds ${JSON.stringify(column.dictionary[code])}, not train, validation or test`,
        { mend: 'Correct the value in the file and import it again.' },
      )
    }
    split[part].push(row)
  })
  const warnings: string[] = []
  if (split.validation.length === 0 && split.train.length > 0) {
    const drawn = new Pcg32(seed, 1).shuffle(split.train)
    split.validation = drawn.splice(0, Math.round(drawn.length / 4))
    warnings.push(`"${column.name}" names no validation rows: a quarter of the training rows became them`)
  }
  return finish(split, warnings)
}

function emptySplit(): Record<Part, number[]> {
  return { train: [], validation: [], test: [] }
}

/** The rows that have a target, one list a class; one list for regression. */
function rowsByClass({ classes, values }: Target): number[][] {
  const lists = Array.from({ length: Math.max(1, classes.length) }, (): number[] => [])
  values.forEach((value, row) => {
    if (!Number.isNaN(value)) lists[classes.length ? value : 0]!.push(row)
  })
  return lists
}

function rareClass({ task, classes }: Target, place: number, rows: number): string {
  const told = `The class ${JSON.stringify(classes[place])} has ${rows === 1 ? 'one row' : `${rows} rows`}`
  if (task === 'binary') {
    throw new AppError('bad-data', `${told}; training, validation and test need at least one each`, {
      mend: 'Gather more rows of it, or choose another --target.',
    })
  }
  return `${told}: it is learned, and neither validated nor tested`
}

function finish(split: Record<Part, number[]>, warnings: string[]): Split {
  for (const part of parts) {
    if (split[part].length > 0) continue
    throw new AppError('bad-data', `There are no rows for ${part}: too few rows have a target`, {
      mend: 'At least three rows with a target are needed, better a few hundred.',
    })
  }
  const sorted = (rows: number[]) => Int32Array.from(rows).sort()
  return { train: sorted(split.train), validation: sorted(split.validation), test: sorted(split.test), warnings }
}
