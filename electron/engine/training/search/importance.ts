import type { ParameterImportance, Trial } from '../../../../shared/model/search.ts'
import { type Space, toUnit } from './space.ts'

/** Fewer full trials tell nothing of what mattered. */
const leastTrials = 8
/** More than so many are not looked at: those that came last. */
const mostTrials = 400
/** Standard deviation of the kernel in a range of 0 to 1. */
const width = 0.15

/**
 * How much of the variation of the score each parameter tells by itself, by algorithm, and the choice of the algorithm among all: 1 less the
 * share that is left when each trial's rank is foretold from the others that lie near it in this one parameter. 0 for what tells nothing.
 */
export function importanceOf(
  trials: readonly Pick<Trial, 'algorithm' | 'parameters' | 'share' | 'score'>[],
  spaces: readonly Space[],
  better: 'higher' | 'lower',
): ParameterImportance[] {
  const full = trials.filter(({ share, score }) => share === 1 && score !== null)
  const found: ParameterImportance[] = []
  const tell = (
    algorithm: string | null,
    parameter: string,
    list: typeof full,
    near: (a: number, b: number) => number,
  ) => {
    if (list.length < leastTrials) return
    const share = told(ranksOf(list.map(({ score }) => (better === 'lower' ? score! : -score!))), near)
    found.push({ algorithm, parameter, share })
  }
  const searched = full
    .filter(({ algorithm }) => spaces.some(space => space.algorithm === algorithm))
    .slice(-mostTrials)
  if (spaces.length > 1) {
    tell(null, 'algorithm', searched, (a, b) => Number(searched[a]!.algorithm === searched[b]!.algorithm))
  }
  for (const { algorithm, dimensions } of spaces) {
    const own = full.filter(each => each.algorithm === algorithm).slice(-mostTrials)
    for (const dimension of dimensions) {
      const values = own.map(({ parameters }) => parameters[dimension.name]!)
      if (dimension.kind === 'choice') {
        const texts = values.map(value => JSON.stringify(value))
        tell(algorithm, dimension.name, own, (a, b) => Number(texts[a] === texts[b]))
      } else {
        const units = values.map(value => toUnit(dimension, value as number))
        tell(algorithm, dimension.name, own, (a, b) => Math.exp(-0.5 * ((units[a]! - units[b]!) / width) ** 2))
      }
    }
  }
  return found.toSorted((a, b) => b.share - a.share)
}

/** Share of the variance of `values` that their neighbours foretell, each left out of its own; 0 to 1. */
function told(values: readonly number[], near: (a: number, b: number) => number): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  let [left, all] = [0, 0]
  for (const [i, value] of values.entries()) {
    let [sum, weights] = [0, 0]
    for (const [j, other] of values.entries()) {
      if (i === j) continue
      const weight = near(i, j)
      sum += weight * other
      weights += weight
    }
    const others = (mean * values.length - value) / (values.length - 1)
    left += (value - (weights > 1e-9 ? sum / weights : others)) ** 2
    all += (value - others) ** 2
  }
  return all > 0 ? Math.max(0, 1 - left / all) : 0
}

/** Place of each in ascending order; equal ones share the mean of theirs. */
function ranksOf(values: readonly number[]): number[] {
  return values.map(value => {
    const below = values.filter(other => other < value).length
    return below + (values.filter(other => other === value).length - 1) / 2
  })
}
