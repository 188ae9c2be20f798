import type { ScoreHistogram } from '../model/evaluation.ts'

/** What one error of each kind costs, in any unit. */
export interface ErrorCosts {
  /** A row of the others that is taken for the class. */
  falsePositive: number
  /** A row of the class that is not. */
  falseNegative: number
}

export interface BestThreshold {
  /** Rows from this bin up are taken for the class: the threshold is it over the number of bins. */
  bin: number
  /** Where it lies in 95 of 100 resamples of the rows. */
  binInterval: [number, number]
  /** Cost a row, with its 95 % interval over the rows. */
  cost: number
  costInterval: [number, number]
}

const resampleCount = 400

/** Counts over the bins, as of `ScoreHistogram`. */
interface Counts {
  ofClass: ArrayLike<number>
  others: ArrayLike<number>
}

/** Cost a row at every threshold: one more than there are bins, from "all are of the class" to "none is". */
export function costsOf({ ofClass, others }: Counts, costs: ErrorCosts): Float64Array {
  const bins = ofClass.length
  const rows = sum(ofClass, 0, bins) + sum(others, 0, bins)
  const found = new Float64Array(bins + 1)
  let falsePositives = sum(others, 0, bins)
  let falseNegatives = 0
  for (let bin = 0; bin <= bins; bin += 1) {
    found[bin] = (falsePositives * costs.falsePositive + falseNegatives * costs.falseNegative) / Math.max(1, rows)
    if (bin === bins) break
    falsePositives -= others[bin]!
    falseNegatives += ofClass[bin]!
  }
  return found
}

/** The middle of the cheapest thresholds that lie side by side. */
function cheapest(costs: Float64Array): number {
  let first = 0
  costs.forEach((cost, bin) => {
    if (cost < costs[first]!) first = bin
  })
  let last = first
  while (last + 1 < costs.length && costs[last + 1] === costs[first]) last += 1
  return (first + last) >> 1
}

function sum(counts: ArrayLike<number>, from: number, to: number): number {
  let total = 0
  for (let i = from; i < to; i += 1) total += counts[i]!
  return total
}

/** 400 Poisson resamples of the rows (Chamandy et al. 2012); they serve for any costs. `random` is in [0, 1). */
export function resampleScores({ ofClass, others }: ScoreHistogram, random: () => number): Counts[] {
  return Array.from({ length: resampleCount }, () => ({
    ofClass: Int32Array.from(ofClass, count => drawPoisson(count, random)),
    others: Int32Array.from(others, count => drawPoisson(count, random)),
  }))
}

/**
 * The threshold at which errors cost least on these rows, how sure its place is, and the cost there. The place is looked for again in the
 * resamples; the interval of the cost is that of a mean.
 */
export function bestThreshold(scores: ScoreHistogram, resamples: readonly Counts[], costs: ErrorCosts): BestThreshold {
  const all = costsOf(scores, costs)
  const bin = cheapest(all)
  const places = resamples.map(drawn => cheapest(costsOf(drawn, costs))).sort((a, b) => a - b)
  const at = (share: number) => places[Math.min(places.length - 1, Math.floor(share * places.length))]!
  const bins = scores.ofClass.length
  const rows = sum(scores.ofClass, 0, bins) + sum(scores.others, 0, bins)
  const [falsePositives, falseNegatives] = [sum(scores.others, bin, bins), sum(scores.ofClass, 0, bin)]
  const squares = falsePositives * costs.falsePositive ** 2 + falseNegatives * costs.falseNegative ** 2
  const margin = 1.959964 * Math.sqrt(Math.max(0, squares / rows - all[bin]! ** 2) / rows)
  return {
    bin,
    binInterval: [at(0.025), at(0.975)],
    cost: all[bin]!,
    costInterval: [Math.max(0, all[bin]! - margin), all[bin]! + margin],
  }
}

/** Knuth's product of uniform numbers for small means, the normal distribution for large ones. */
function drawPoisson(mean: number, random: () => number): number {
  if (mean === 0) return 0
  if (mean > 30) {
    const gaussian = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())
    return Math.max(0, Math.round(mean + Math.sqrt(mean) * gaussian))
  }
  const least = Math.exp(-mean)
  let product = random()
  let count = 0
  while (product > least) {
    product *= random()
    count += 1
  }
  return count
}
