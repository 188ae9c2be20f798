import { AppError } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import { isLearnedAsClasses } from '../../../shared/lib/learned-as-classes.ts'
import type { ColumnProfile, DatasetVersion } from '../../../shared/model/dataset.ts'
import type { Parameters, Run } from '../../../shared/model/run.ts'
import type { Algorithm, ProblemShape } from './algorithm.ts'

/** A text column becomes at most about as many columns of its own. */
const mostCategories = 50
/** Until the process of a training works. */
const startSeconds = 0.25
/** What every training takes besides the fit: reading, measuring with 1,000 resamples, export and parity. */
const fixedSeconds = 0.45
const secondsPerRow = 1.5e-5
const secondsPerCell = 1e-7
/** What the process of a training holds whatever it learns: Node, onnxruntime, DuckDB while it reads. */
const processBytes = 3.2e8
/** Of each row its parts, answers and measures. */
const bytesPerRow = 60
/** Past runs that an estimate is corrected by, at most. */
const mostRuns = 9

export interface Estimate {
  /** Expected wall-clock seconds, from the start of the job's process. */
  seconds: number
  /** Most memory that the job's process is expected to hold. */
  memoryBytes: number
  /** Runs of this workspace that it was corrected by; 0: the machine has not trained this yet. */
  runs: number
}

interface Asked {
  version: Pick<DatasetVersion, 'rows' | 'columns'>
  target: string | null
  exclude: readonly string[]
  algorithm: Algorithm
  parameters: Parameters
  /** Of cross-validation: each is a fit more. */
  folds: number
}

/** What the algorithm gets to learn from, as far as the profile tells it. */
function shapeOf({ version, target, exclude }: Omit<Asked, 'algorithm' | 'parameters' | 'folds'>): ProblemShape {
  const used = version.columns.filter(({ name }) => name !== target && !exclude.includes(name))
  const widthOf = ({ type, distinct }: ColumnProfile) => (type === 'text' ? Math.min(distinct, mostCategories) : 1)
  const goal = version.columns.find(({ name }) => name === target)
  const isClasses = goal !== undefined && isLearnedAsClasses(goal)
  return {
    trainRows: Math.round(0.6 * (version.rows - (goal?.missing ?? 0))),
    columns: used.length,
    width: used.reduce((sum, column) => sum + widthOf(column), 0),
    outputs: isClasses && goal.distinct > 2 ? goal.distinct : 1,
  }
}

/**
 * The most bytes that the process of a training is expected to hold, within about a quarter: the table as it is read and as it is learned from,
 * and what the fit takes beside it.
 */
export function expectedBytes(asked: Omit<Asked, 'folds'>): number {
  const { version, target, exclude, algorithm, parameters } = asked
  const shape = shapeOf({ version, target, exclude })
  const read = version.columns.reduce((sum, { type }) => sum + (type === 'text' ? 4 : 8), 0)
  const table = version.rows * (read + 4 * shape.columns + bytesPerRow)
  const least = algorithm.leastBytes?.(parameters) ?? 0
  return processBytes + table + least + (algorithm.expectedBytes?.(shape) ?? 8 * shape.trainRows * shape.width)
}

/** Throws `out-of-memory` where a training is expected to want more than there is. */
export function refuseTooLarge(title: string, wanted: number, machineBytes: number): void {
  if (wanted <= machineBytes) return
  throw new AppError(
    'out-of-memory',
    `${title} wants about ${formatBytes(wanted)} of memory, and this machine has ${formatBytes(machineBytes)}`,
    { mend: 'Train on fewer rows, or import fewer columns.' },
  )
}

function expected(asked: Asked): number {
  const { version, algorithm, parameters, folds } = asked
  const shared = fixedSeconds + version.rows * (secondsPerRow + secondsPerCell * version.columns.length)
  return shared + (folds + 1) * algorithm.expectedSeconds(shapeOf(asked), parameters)
}

/** Of ratios: between two middle ones, their geometric mean. */
function medianOf(ratios: readonly number[]): number {
  const sorted = ratios.toSorted((a, b) => a - b)
  const half = (sorted.length - 1) / 2
  return Math.sqrt(sorted[Math.floor(half)]! * sorted[Math.ceil(half)]!)
}

/**
 * How long a training will take: a formula of rows, columns and settings with the constants of one machine, times the median by which
 * finished runs of the same algorithm (`past`, newest first) took longer or shorter here, and `slowness`, by which a probe took longer than on
 * that machine. Early stopping is foreseen as what is usual for the size, so that an estimate is good to about a factor of two, and
 * better once the same data were trained on.
 */
export function estimate(asked: Asked, past: { run: Run; version: Asked['version'] }[], slowness: number): Estimate {
  const ratios = past.slice(0, mostRuns).flatMap(({ run, version }) => {
    if (run.seconds === null) return []
    const { target, exclude, parameters, folds } = run
    const told = expected({
      version,
      target,
      exclude: exclude ?? [],
      algorithm: asked.algorithm,
      parameters,
      folds: folds ?? 0,
    })
    // What ran on the same rows and settings says most.
    const isSame = version === asked.version && JSON.stringify(parameters) === JSON.stringify(asked.parameters)
    return Array.from({ length: isSame ? 5 : 1 }, () => run.seconds! / told)
  })
  const isKnown = past.slice(0, mostRuns).some(({ version }) => version === asked.version)
  // One run of other data may have been in bad luck: until there are more, the probe counts as much as one.
  const middle = medianOf(isKnown && ratios.length > 0 ? ratios : [...ratios, slowness])
  const runs = Math.min(past.length, mostRuns)
  const seconds = startSeconds * slowness + expected(asked) * middle
  return { seconds, memoryBytes: expectedBytes(asked), runs }
}
