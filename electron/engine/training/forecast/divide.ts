import { AppError } from '../../../../shared/errors.ts'
import type { Fold, Split } from '../splits/index.ts'
import type { Frame } from './frame.ts'

const heldBack = 0.2

/**
 * By time, so that nothing is learned from what was foretold: the last fifth of the times (a horizon at least) is tested, the fifth before
 * it validated, each from origins of its own that roll on; rows that reach over an edge are in no part. Throws `bad-data` where the times are too few.
 */
export function divideByOrigin(frame: Frame): Split {
  const { first, last } = spanOf(frame)
  const part = Math.max(frame.horizon, Math.round(heldBack * (last - first + 1)))
  const [learned, validated] = [last - 2 * part, last - part]
  const split = {
    train: rowsOf(frame, Number.NEGATIVE_INFINITY, learned),
    validation: rowsOf(frame, learned, validated),
    test: rowsOf(frame, validated, last),
    warnings: frame.warnings,
  }
  const least = Math.min(split.train.length, split.validation.length, split.test.length)
  if (least >= 1 && learned - first >= frame.horizon) return split
  throw new AppError(
    'bad-data',
    `${last - first + 1} times are too few to learn and test ${frame.horizon} steps ahead`,
    {
      mend: 'Forecast fewer steps, or import a longer series: four horizons at least.',
    },
  )
}

/** Rolling origins: each fold learns from all before an edge and is validated up to the next one. The test rows stay untouched. */
export function originFolds(frame: Frame, split: Split, count: number): Fold[] {
  const { first } = spanOf(frame)
  const end = split.validation.reduce((most, row) => Math.max(most, frame.origins[row]! + frame.steps[row]!), first)
  const edge = (i: number) => Math.round(first + ((end - first) * i) / (count + 1))
  return Array.from({ length: count }, (_, i) => ({
    train: rowsOf(frame, Number.NEGATIVE_INFINITY, edge(i + 1)),
    validation: rowsOf(frame, edge(i + 1), edge(i + 2)),
  })).filter(({ train, validation }) => train.length > 0 && validation.length > 0)
}

function spanOf({ series }: Frame) {
  return {
    first: series.reduce((least, each) => Math.min(least, each.first), Number.POSITIVE_INFINITY),
    last: series.reduce((most, each) => Math.max(most, each.first + each.values.length - 1), 0),
  }
}

/** Rows with a value whose origin lies at `from` or later and whose time is at most `to`. */
function rowsOf({ values, origins, steps }: Frame, from: number, to: number): Int32Array {
  return Int32Array.from(values.keys()).filter(
    row => !Number.isNaN(values[row]!) && origins[row]! >= from && origins[row]! + steps[row]! <= to,
  )
}
