import { AppError } from '../../../shared/errors.ts'
import { countRows } from '../datasets/index.ts'
import { Pcg32 } from '../numerics/index.ts'
import type { DataSpec } from './prepare.ts'
import type { Split } from './splits/index.ts'

/** Rows of a dataset version that stand for all of them. */
export interface Drawn {
  /** Places in the dataset version, ascending. */
  rows: Int32Array
  /** Rows of the dataset version. */
  of: number
}

/** Null where all rows are taken. Throws `bad-input` for a forecast, which needs every step of time. */
export async function drawRows(spec: DataSpec, signal?: AbortSignal): Promise<Drawn | null> {
  if (!spec.sampleRows) return null
  if (spec.forecast) {
    throw new AppError('bad-input', 'A forecast is not learned from a sample: its rows follow each other in time', {
      mend: 'Leave the sample out.',
    })
  }
  const of = await countRows(spec.parquetFile, signal)
  return of > spec.sampleRows ? { rows: sample(of, spec.sampleRows, new Pcg32(spec.seed, 3)), of } : null
}

/**
 * `wanted` of the numbers below `count`, ascending; each set is as likely as any other. A number is taken with the chance that those left to take have
 * among those left (selection sampling: Knuth, The Art of Computer Programming 2, 3.4.2, algorithm S).
 */
function sample(count: number, wanted: number, random: Pcg32): Int32Array {
  const taken = new Int32Array(wanted)
  for (let row = 0, found = 0; found < wanted; row += 1) {
    if (random.nextFloat() * (count - row) < wanted - found) taken[found++] = row
  }
  return taken
}

/** A split of the rows that were drawn as places in the dataset version. */
export function placeSplit(split: Split, drawn: Drawn | null): Split {
  if (!drawn) return split
  const placed = (rows: Int32Array) => rows.map(row => drawn.rows[row]!)
  return { ...split, train: placed(split.train), validation: placed(split.validation), test: placed(split.test) }
}
