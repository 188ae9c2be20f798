import { intervalShares } from './forecast.ts'
import type { Task } from './run.ts'

export interface MetricDescription {
  name: string
  better: 'higher' | 'lower'
  /** What it should be, where more and less are both worse. */
  aim?: number
  /** The values it can take; an interval never reaches beyond. */
  range: readonly [number, number]
  tasks: readonly Task[]
}

const classification = ['binary', 'multiclass'] as const
/** Of labelled anomalies too. */
const ofPositive = [...classification, 'anomaly'] as const
const regression = ['regression'] as const
const clusters = ['clusters'] as const
const unit = [0, 1] as const
const [lowShare, highShare] = intervalShares
const held = highShare - lowShare
/** How the interval of a forecast is called, by what it should hold. */
const interval = `${Math.round(100 * held)} % interval`
const positive = [0, Number.POSITIVE_INFINITY] as const

/** Every metric that Lathe computes, by id; how, says `electron/engine/evaluation/metrics`. */
export const metricTable = {
  auc: { name: 'AUC', better: 'higher', range: unit, tasks: ofPositive },
  'log-loss': { name: 'Log-loss', better: 'lower', range: positive, tasks: classification },
  accuracy: { name: 'Accuracy', better: 'higher', range: unit, tasks: classification },
  'balanced-accuracy': { name: 'Balanced accuracy', better: 'higher', range: unit, tasks: classification },
  f1: { name: 'F1', better: 'higher', range: unit, tasks: ofPositive },
  precision: { name: 'Precision', better: 'higher', range: unit, tasks: ofPositive },
  recall: { name: 'Recall', better: 'higher', range: unit, tasks: ofPositive },
  brier: { name: 'Brier score', better: 'lower', range: [0, 2], tasks: classification },
  rmse: { name: 'RMSE', better: 'lower', range: positive, tasks: regression },
  mae: { name: 'Mean absolute error', better: 'lower', range: positive, tasks: regression },
  'median-absolute-error': { name: 'Median absolute error', better: 'lower', range: positive, tasks: regression },
  mape: { name: 'Mean absolute percentage error', better: 'lower', range: positive, tasks: regression },
  r2: { name: 'R²', better: 'higher', range: [Number.NEGATIVE_INFINITY, 1], tasks: regression },
  'poisson-deviance': { name: 'Poisson deviance', better: 'lower', range: positive, tasks: regression },
  pinball: { name: 'Pinball loss', better: 'lower', range: positive, tasks: regression },
  mase: { name: 'Mean absolute scaled error', better: 'lower', range: positive, tasks: regression },
  'interval-pinball': { name: `Pinball loss of the ${interval}`, better: 'lower', range: positive, tasks: regression },
  'interval-coverage': {
    ...{ name: `Coverage of the ${interval}`, better: 'higher', aim: held },
    ...{ range: unit, tasks: regression },
  },
  silhouette: { name: 'Silhouette', better: 'higher', range: [-1, 1], tasks: clusters },
  inertia: { name: 'Inertia a row', better: 'lower', range: positive, tasks: clusters },
} as const satisfies Record<string, MetricDescription>

export type MetricId = keyof typeof metricTable

export function isMetricId(id: string): id is MetricId {
  return Object.hasOwn(metricTable, id)
}

/** Whether a value is better than another, in the sense of the metric. */
export function isBetter(id: MetricId, value: number, than: number): boolean {
  const { better, aim }: MetricDescription = metricTable[id]
  if (aim !== undefined) return Math.abs(value - aim) < Math.abs(than - aim)
  return better === 'higher' ? value > than : value < than
}

/** The values that a metric can take; nothing is known of one that Lathe does not compute. */
export function metricRange(id: string): readonly [number, number] | undefined {
  return isMetricId(id) ? metricTable[id].range : undefined
}

/** How a metric is called for people; one that Lathe does not compute keeps its id. */
export function metricName(id: string): string {
  return isMetricId(id) ? metricTable[id].name : id
}

const selection = {
  binary: 'auc',
  multiclass: 'log-loss',
  regression: 'rmse',
  anomaly: 'auc',
  clusters: 'silhouette',
} as const satisfies Record<Task, MetricId>

/** The metric that the best of several models is chosen by, on the validation rows. */
export function selectionMetric(task: Task): MetricId {
  return selection[task]
}
