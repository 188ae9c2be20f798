import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { deserialize, serialize } from 'node:v8'
import type { MetricId } from '../../../../shared/model/metrics.ts'
import type { Parameters } from '../../../../shared/model/run.ts'
import { measure, measureAll } from '../../evaluation/index.ts'
import { chooseWeights, settledAlike, sharesOf, weighted } from '../algorithms/blend.ts'
import { type CrossValidation, meanOf } from '../cross-validate.ts'
import type { Unlearned } from '../refit.ts'
import type { Target } from '../target.ts'
import type { Member } from './wire.ts'

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
): { parameters: Parameters; score: number; refitSeconds: number; evidence: Evidence } | null {
  const known = members
    .map(member => ({ ...member, ...readEvidence(member.evidence) }))
    .filter(({ unlearned }) => unlearned.settled)
  const [first] = known
  if (!first) return null
  const { parts } = first.unlearned
  const weights = chooseWeights(
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

function joined(answers: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(answers.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const each of answers) {
    all.set(each, at)
    at += each.length
  }
  return all
}
