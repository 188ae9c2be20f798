import { AppError } from '../../../shared/errors.ts'
import type { Task } from '../../../shared/model/run.ts'

/** Of the rows of a forecast, one number a row each. */
export interface ForetoldRows {
  /** What the value of one season before missed on average where the series was learned from; NaN where nothing tells. */
  scale: Float64Array
  /** Ends of the interval of 80 %, where the model tells one. */
  bounds?: readonly [low: Float64Array, high: Float64Array]
}

/** Rows of which the truth is known, and what a model says of them. */
export interface Predictions {
  task: Task
  /** Class labels in the order of the probabilities; empty for regression. Of two classes the second is the positive one. */
  classes: readonly string[]
  /** One a row: index of the class, or value. */
  truth: Float64Array
  /** Row-major: probabilities [rows, classes], or values [rows]. */
  predictions: Float32Array
  /** Which one the values are, where they are a quantile. */
  quantile?: number
  foretold?: ForetoldRows
}

/** What is recorded of each test row of a run, in this order; of anomalies −threshold and −score, so that the larger says which it is called. */
export function measuredColumns(task: Task, classCount: number): readonly string[] {
  if (task === 'regression') return ['value']
  if (task === 'clusters') return clusterColumns
  return Array.from({ length: classCount }, (_, k) => `p${k}`)
}
const clusterColumns = ['cluster', 'squared_distance', 'silhouette'] as const

/** One of the numbers that are recorded of clustered rows. */
export function measuredOfRow({ rows, classCount, predictions }: ScoredRows, column: (typeof clusterColumns)[number]) {
  const at = clusterColumns.indexOf(column)
  return Float64Array.from({ length: rows }, (_, row) => predictions[row * classCount + at]!)
}

/** Nothing can be measured: no rows, or anomalies without a label. */
export function isUnmeasured({ task, truth }: Pick<Predictions, 'task' | 'truth'>): boolean {
  return task === 'anomaly' ? truth.every(Number.isNaN) : truth.length === 0
}

export interface ClassCells {
  /** One a row: index into the other two. */
  ofRow: Int32Array
  actual: Int32Array
  predicted: Int32Array
}

/** Checked predictions, with what several metrics need of them worked out once. */
export class ScoredRows {
  readonly task: Task
  /** Numbers a row: one a class, or those of `measuredColumns`. */
  readonly classCount: number
  readonly rows: number
  readonly truth: Float64Array
  readonly predictions: Float32Array
  readonly quantile: number | undefined
  readonly foretold: ForetoldRows | undefined
  #cells: ClassCells | null = null
  #errors: Float64Array | null = null

  /** Throws `bad-data` for a prediction that is no number, `bad-input` for arrays that do not fit. */
  constructor({ task, classes, truth, predictions, quantile, foretold }: Predictions) {
    this.task = task
    this.classCount = measuredColumns(task, classes.length).length
    this.rows = truth.length
    this.truth = truth
    this.predictions = predictions
    this.quantile = quantile
    this.foretold = foretold
    this.#check()
  }

  /** Whether the second class is the one that counts, of two. */
  get hasPositive(): boolean {
    return this.task === 'binary' || this.task === 'anomaly'
  }

  #check(): void {
    const { rows, classCount, truth, predictions } = this
    if (predictions.length !== rows * classCount) {
      throw new AppError(
        'bad-input',
        `${rows} rows of ${classCount} need ${rows * classCount} predictions, not ${predictions.length}`,
      )
    }
    for (let i = 0; i < predictions.length; i += 1) {
      if (Number.isFinite(predictions[i])) continue
      throw new AppError(
        'bad-data',
        `The model's prediction of row ${Math.floor(i / classCount) + 1} of ${rows} is not a number`,
        {
          mend: 'The model has diverged: try a smaller learning rate, or look for extreme values in the data.',
        },
      )
    }
    // Clusters are measured by themselves.
    for (let i = 0; i < rows && this.task !== 'clusters'; i += 1) {
      const value = truth[i]!
      const fits =
        this.task === 'regression'
          ? Number.isFinite(value)
          : Number.isInteger(value) && value >= 0 && value < classCount
      if (!fits)
        throw new AppError(
          'bad-input',
          `The truth of row ${i + 1} of ${rows} is ${value}, which is no ${this.task === 'regression' ? 'value' : 'class'}`,
        )
    }
  }

  /** The pairs of true and most probable class (ties to the first) that occur, and which of them each row is. */
  get cells(): ClassCells {
    this.#cells ??= findCells(this)
    return this.#cells
  }

  /** Prediction less truth, for regression. */
  get errors(): Float64Array {
    this.#errors ??= this.truth.map((value, row) => this.predictions[row]! - value)
    return this.#errors
  }

  /** The rows at these positions. */
  pick(positions: Int32Array): ScoredRows {
    const { task, classCount, truth, predictions, quantile, foretold } = this
    const at = (values: Float64Array) => Float64Array.from(positions, row => values[row]!)
    const picked = new Float32Array(positions.length * classCount)
    positions.forEach((row, i) => {
      for (let k = 0; k < classCount; k += 1) picked[i * classCount + k] = predictions[row * classCount + k]!
    })
    const classes = Array.from({ length: task === 'regression' ? 0 : classCount }, (_, k) => String(k))
    return new ScoredRows({
      task,
      classes,
      truth: at(truth),
      predictions: picked,
      quantile,
      ...(foretold ? { foretold: pickForetold(foretold, at) } : {}),
    })
  }
}

function pickForetold({ scale, bounds }: ForetoldRows, at: (values: Float64Array) => Float64Array): ForetoldRows {
  return { scale: at(scale), ...(bounds ? { bounds: [at(bounds[0]), at(bounds[1])] } : {}) }
}

function findCells({ rows, classCount, truth, predictions }: ScoredRows): ClassCells {
  const ofRow = new Int32Array(rows)
  const actual: number[] = []
  const predicted: number[] = []
  const known = new Map<number, number>()
  for (let row = 0; row < rows; row += 1) {
    const start = row * classCount
    let best = 0
    for (let k = 1; k < classCount; k += 1) if (predictions[start + k]! > predictions[start + best]!) best = k
    const pair = truth[row]! * classCount + best
    let cell = known.get(pair)
    if (cell === undefined) {
      cell = actual.length
      known.set(pair, cell)
      actual.push(truth[row]!)
      predicted.push(best)
    }
    ofRow[row] = cell
  }
  return { ofRow, actual: Int32Array.from(actual), predicted: Int32Array.from(predicted) }
}
