import { AppError } from '../../../shared/errors.ts'
import { readTable } from '../datasets/index.ts'

/** Index in the dataset version of the rows that a run had in this part, ascending. Throws `bad-file` for another shape. */
export async function rowsOfPart(
  splitFile: string,
  name: 'train' | 'validation' | 'test',
  signal?: AbortSignal,
): Promise<Int32Array> {
  const [row, part] = (await readTable(splitFile, { columns: ['row', 'part'], signal })).columns
  if (row?.kind !== 'numeric' || part?.kind !== 'text')
    throw new AppError('bad-file', 'The rows of the run are not kept')
  const code = part.dictionary.indexOf(name)
  return Int32Array.from(row.values.filter((_, i) => part.codes[i] === code))
}

/** At most `most` of so many places, evenly spaced. */
export function spaced(count: number, most: number): Int32Array {
  const length = Math.min(count, most)
  return Int32Array.from({ length }, (_, i) => Math.floor((i * count) / length))
}
