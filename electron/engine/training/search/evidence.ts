import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import type { MetricId } from '../../../../shared/model/metrics.ts'
import type { Parameters as Settings } from '../../../../shared/model/run.ts'
import { measure, measureAll } from '../../evaluation/index.ts'
import { Pcg32 } from '../../numerics/index.ts'
import { chooseWeights, settledAlike, sharesOf, weighted } from '../algorithms/blend.ts'
import { type CrossValidation, meanOf } from '../cross-validate.ts'
import type { Unlearned } from '../refit.ts'
import type { Target } from '../target.ts'
import type { Member } from './wire.ts'

/** With fewer rows weights are chosen in bags. */
const fewRows = 3000
const bags = 12
const shareOfBag = 0.6
/** Of a blend; each of them takes its time and its room in the file. */
const mostUsed = 8
const leastWeight = 0.02

/** What a full trial leaves, so that it can be weighed against others and be fitted again. */
export interface Evidence {
  unlearned: Unlearned
  folded: Pick<CrossValidation, 'metrics' | 'each' | 'warnings'>
}

/** As a whole or not at all. */
export function leave(file: string, value: unknown): void {
  writeFileSync(`${file}.part`, serialize(value))
  renameSync(`${file}.part`, file)
}

export const readEvidence = (file: string) => deserialize(readFileSync(file)) as Evidence

/** The blend of members that do best together on rows that they did not see, measured on them; null for less than two. */
export function blendOf(
  members: readonly Member[],
  { target, metric, seconds }: { target: Target; metric: MetricId; seconds: number },
): { parameters: Settings; score: number; refitSeconds: number; evidence: Evidence } | null {
  const known = members
    .map(member => ({ ...member, ...readEvidence(member.evidence) }))
    .filter(({ unlearned }) => unlearned.settled)
  const [first] = known
  if (!first) return null
  const { parts } = first.unlearned
  const weights = chooseFew(
    known.map(({ unlearned }) => joined(unlearned.answers)),
    {
      ...target,
      task: target.task as 'binary' | 'multiclass' | 'regression',
      target: target.values,
      rows: Int32Array.from(parts.flatMap(part => [...part])),
    },
    { costs: known.map(({ refitSeconds }) => refitSeconds), most: seconds },
  )
  const used = known.map((member, i) => ({ ...member, weight: weights[i]! })).filter(({ weight }) => weight > 0)
  if (used.length < 2) return null
  const shares = sharesOf(used.map(({ weight }) => weight))
  const answers = parts.map((_, k) =>
    weighted(used.map(({ unlearned }, i) => ({ answer: unlearned.answers[k]!, weight: shares[i]! }))),
  )
  const each = parts.map((rows, k) => ({
    ...{ task: target.task, classes: target.classes, predictions: answers[k]! },
    truth: Float64Array.from(rows, row => target.values[row]!),
  }))
  const isOfFolds = first.folded.metrics !== null
  const metrics = isOfFolds ? each.map(part => measureAll(part)) : []
  const score = isOfFolds ? meanOf(metrics)[metric] : measure(metric, each[0]!)
  if (score === undefined || score === null || !Number.isFinite(score)) return null
  const list = used.map(({ algorithm, parameters, weight }) => ({ algorithm, parameters, weight }))
  return {
    parameters: { members: JSON.stringify(list) },
    score,
    refitSeconds: used.reduce((sum, { refitSeconds }) => sum + refitSeconds, 0),
    evidence: {
      unlearned: {
        parts,
        answers,
        settled:
          settledAlike(
            used.map(({ unlearned }) => unlearned),
            null,
          ) ?? null,
      },
      folded: { metrics: isOfFolds ? meanOf(metrics) : null, each: metrics, warnings: first.folded.warnings },
    },
  }
}

/**
 * Weights of members that cost no more than `most` together, the few of most weight. Where rows are few, one choice goes by chance: then the
 * mean of many, each among some of the members (Caruana et al. 2004, 2.3).
 */
function chooseFew(
  answers: readonly Float32Array[],
  data: Parameters<typeof chooseWeights>[1],
  { costs, most }: { costs: readonly number[]; most: number },
): number[] {
  const random = new Pcg32(1, 8)
  const all = answers.map((_, place) => place)
  const sums = answers.map(() => 0)
  const count = data.rows.length < fewRows ? bags : 1
  for (let bag = 0; bag < count; bag += 1) {
    const some = count === 1 ? all : random.shuffle([...all]).slice(0, Math.ceil(all.length * shareOfBag))
    const weights = chooseWeights(
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
