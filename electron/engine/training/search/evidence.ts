import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import { type MetricId, metricTable } from '../../../../shared/model/metrics.ts'
import type { Parameters as Settings } from '../../../../shared/model/run.ts'
import { measure, measureAll } from '../../evaluation/index.ts'
import { mean, Pcg32, variance } from '../../numerics/index.ts'
import { settledAlike } from '../algorithms/blend.ts'
import { type CrossValidation, meanOf } from '../cross-validate.ts'
import { chooseWeights, type Pool, pooled, pools, sharesOf } from '../pool.ts'
import type { Unlearned } from '../refit.ts'
import type { Target } from '../target.ts'
import { mostUsed } from './blender.ts'
import type { Member } from './wire.ts'

/** With fewer rows weights are chosen in bags. */
const fewRows = 3000
const bags = 12
const shareOfBag = 0.6
const leastWeight = 0.02
const fifths = 5

/** What a full trial leaves, so that it can be weighed against others and be fitted again. */
export interface Evidence {
  unlearned: Unlearned
  /** Whether these rows are what the score was measured on: folds that leave out some validation rows (one class in the newest) are not. */
  isScored: boolean
  folded: Pick<CrossValidation, 'metrics' | 'each' | 'warnings'>
}

/** As a whole or not at all. */
export function leave(file: string, value: unknown): void {
  writeFileSync(`${file}.part`, serialize(value))
  renameSync(`${file}.part`, file)
}

export const readEvidence = (file: string) => deserialize(readFileSync(file)) as Evidence

/** A blend as its members' evidence tells it. */
interface Weighed {
  parameters: Settings
  /** Of each part. */
  answers: Float32Array[]
  settled: Settings | null
  refitSeconds: number
  /** Log-loss or squared error, which weights are chosen by. */
  loss: number
}

export interface BlendFound {
  parameters: Settings
  score: number
  /** Standard error of the difference between its score and that of the best member. */
  error: number
  refitSeconds: number
  evidence: Evidence
}

/** The blend of members that do best together on rows that they did not see, measured on them; null for less than two. */
export function blendOf(
  members: readonly Member[],
  { target, metric, seconds }: { target: Target; metric: MetricId; seconds: number },
): BlendFound | null {
  const known = members
    .map(member => ({ ...member, ...readEvidence(member.evidence) }))
    .filter(({ unlearned, isScored }) => unlearned.settled && isScored)
  const [first] = known
  if (!first) return null
  const { parts } = first.unlearned
  const found = (target.task === 'regression' ? (['mean'] as const) : pools)
    .map(pool => weigh(known, pool, target, seconds))
    .filter(each => each !== null)
    .toSorted((a, b) => a.loss - b.loss)[0]
  if (!found) return null
  const { parameters, answers, settled, refitSeconds } = found
  const isOfFolds = first.folded.metrics !== null
  const metrics = isOfFolds ? parts.map((rows, k) => measureAll(asked(target, rows, answers[k]!))) : []
  const score = isOfFolds ? meanOf(metrics)[metric] : measure(metric, asked(target, parts[0]!, answers[0]!))
  if (score === undefined || score === null || !Number.isFinite(score)) return null
  const folded = { metrics: isOfFolds ? meanOf(metrics) : null, each: metrics, warnings: first.folded.warnings }
  const scoresOf = (each: readonly Float32Array[]) => scoresOfParts(metric, target, parts, each)
  const error = errorOfDifference(
    scoresOf(answers),
    bestOf(
      metric,
      known.map(({ unlearned }) => scoresOf(unlearned.answers)),
    ),
  )
  return {
    parameters,
    score,
    error,
    refitSeconds,
    evidence: { unlearned: { parts, answers, settled }, isScored: true, folded },
  }
}

function weigh(known: readonly (Member & Evidence)[], pool: Pool, target: Target, seconds: number): Weighed | null {
  const { parts } = known[0]!.unlearned
  const rows = Int32Array.from(parts.flatMap(part => [...part]))
  const task = target.task as 'binary' | 'multiclass' | 'regression'
  const weights = chooseFew(
    pool,
    known.map(({ unlearned }) => joined(unlearned.answers)),
    { ...target, task, target: target.values, rows },
    { costs: known.map(({ refitSeconds }) => refitSeconds), most: seconds },
  )
  const used = known.map((member, i) => ({ ...member, weight: weights[i]! })).filter(({ weight }) => weight > 0)
  if (used.length < 2) return null
  const shares = sharesOf(used.map(({ weight }) => weight))
  const width = Math.max(1, target.classes.length)
  const answers = parts.map((_, k) =>
    pooled(
      pool,
      used.map(({ unlearned }, i) => ({ answer: unlearned.answers[k]!, weight: shares[i]! })),
      width,
    ),
  )
  const list = used.map(({ algorithm, parameters, weight }) => ({ algorithm, parameters, weight }))
  const loss = measure(task === 'regression' ? 'rmse' : 'log-loss', asked(target, rows, joined(answers)))
  return {
    ...{ parameters: { members: JSON.stringify(list), pool }, answers },
    settled:
      settledAlike(
        used.map(({ unlearned }) => unlearned),
        null,
      ) ?? null,
    refitSeconds: used.reduce((sum, { refitSeconds }) => sum + refitSeconds, 0),
    loss: loss ?? Number.POSITIVE_INFINITY,
  }
}

/** Of each part; of one alone, of each fifth of its rows, so that there is a spread to go by. NaN where it is undefined. */
function scoresOfParts(
  metric: MetricId,
  target: Target,
  parts: readonly Int32Array[],
  answers: readonly Float32Array[],
): number[] {
  const width = Math.max(1, target.classes.length)
  const pieces =
    parts.length > 1
      ? parts.map((rows, k) => ({ rows, answer: answers[k]! }))
      : Array.from({ length: fifths }, (_, fifth) => ({
          rows: parts[0]!.filter((_, i) => i % fifths === fifth),
          answer: answers[0]!.filter((_, at) => Math.floor(at / width) % fifths === fifth),
        }))
  return pieces.map(({ rows, answer }) => measure(metric, asked(target, rows, answer)) ?? Number.NaN)
}

function bestOf(metric: MetricId, all: readonly number[][]): number[] {
  const sign = metricTable[metric].better === 'higher' ? -1 : 1
  const signed = (scores: number[]) => sign * mean(scores.filter(Number.isFinite))
  return all.toSorted((a, b) => signed(a) - signed(b))[0]!
}

/** Standard error of the mean difference of pairs, as far as both are defined; 0 where it cannot be told. */
function errorOfDifference(a: readonly number[], b: readonly number[]): number {
  const differences = a.map((each, i) => each - b[i]!).filter(Number.isFinite)
  return differences.length < 2 ? 0 : Math.sqrt(variance(differences) / differences.length)
}

function asked({ task, classes, values }: Target, rows: Int32Array, predictions: Float32Array) {
  return { task, classes, predictions, truth: Float64Array.from(rows, row => values[row]!) }
}

/**
 * Weights of members that cost no more than `most` together, the few of most weight. Where rows are few, one choice goes by chance: then the
 * mean of many, each among some of the members (Caruana et al. 2004, 2.3).
 */
function chooseFew(
  pool: Pool,
  answers: readonly Float32Array[],
  data: Parameters<typeof chooseWeights>[2],
  { costs, most }: { costs: readonly number[]; most: number },
): number[] {
  const random = new Pcg32(1, 8)
  const all = answers.map((_, place) => place)
  const sums = answers.map(() => 0)
  const count = data.rows.length < fewRows ? bags : 1
  for (let bag = 0; bag < count; bag += 1) {
    const some = count === 1 ? all : random.shuffle([...all]).slice(0, Math.ceil(all.length * shareOfBag))
    const weights = chooseWeights(
      pool,
      some.map(place => answers[place]!),
      data,
    )
    for (const [i, place] of some.entries()) sums[place]! += weights[i]! / count
  }
  let seconds = 0
  const ranked = all.filter(place => sums[place]! >= leastWeight).toSorted((a, b) => sums[b]! - sums[a]!)
  const chosen = new Set<number>()
  for (const place of ranked) {
    if (chosen.size === mostUsed || seconds + costs[place]! > most) continue
    seconds += costs[place]!
    chosen.add(place)
  }
  return sums.map((weight, place) => (chosen.has(place) ? weight : 0))
}

function joined(answers: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(answers.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const each of answers) {
    all.set(each, at)
    at += each.length
  }
  return all
}
