import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { doubles, type QualitySet, setsOf, testRows } from './sets.ts'

export interface ShippedRow {
  data: string
  algorithm: string
  measure: 'log-loss' | 'errors' | 'RMSE'
  /** Means over the folds. */
  lathe: number
  twin: number
  /** Of the twin's mean over the folds. */
  standardError: number
  isWithin: boolean
}

export interface MadeRow {
  algorithm: string
  sets: number
  rows: number
  /** Means over all test rows of what is lost against knowing the truth, see `regrets`. */
  lathe: number
  twin: number
  /** Of the paired differences of the rows: mean over its standard error; above 0 ours is worse. */
  z: number
  /** The same of the means of the sets. */
  t: number
  setsBetter: number
  isNotWorse: boolean
  /** By set. */
  each: { data: string; lathe: number; twin: number }[]
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
const errorOf = (values: readonly number[]) => {
  const middle = mean(values)
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0)
  return Math.sqrt(squares / (values.length - 1) / values.length)
}
/** One-sided, at 5 %. */
const critical = 1.645
/** Regrets that lie no further apart are those of the same answers in float32. */
const same = 1e-6
/** What a forgotten class costs is bounded. */
const least = 1e-6

const isThere = (set: QualitySet, algorithm: string) => existsSync(join(set.folder, `lathe-${algorithm}-0`))

/** Within one standard error of the twin, or better. */
export function compareShipped(folder: string, algorithms: readonly string[]): ShippedRow[] {
  return setsOf(folder, 'shipped').flatMap(set =>
    algorithms
      .filter(algorithm => isThere(set, algorithm))
      .flatMap(algorithm =>
        (set.classes ? (['log-loss', 'errors'] as const) : (['RMSE'] as const)).map(measure => {
          const folds = Array.from({ length: set.folds }, (_, fold) => fold)
          const [own, theirs] = ['lathe', 'twin'].map(side =>
            folds.map(fold => lossOf(set, `${side}-${algorithm}-${fold}`, fold, measure)),
          ) as [number[], number[]]
          const [lathe, twin, standardError] = [mean(own), mean(theirs), errorOf(theirs)]
          const row = { data: set.name, algorithm, measure, lathe, twin, standardError }
          return { ...row, isWithin: lathe - twin <= standardError + 1e-9 }
        }),
      ),
  )
}

function lossOf(set: QualitySet, answers: string, fold: number, measure: ShippedRow['measure']): number {
  const [said, target] = [doubles(set, answers), doubles(set, 'target')]
  const losses = testRows(set, fold).map((row, i) => {
    if (measure === 'RMSE') return (said[i]! - target[row]!) ** 2
    const own = said.subarray(i * set.classes, (i + 1) * set.classes)
    if (measure === 'errors') return Number(own.indexOf(Math.max(...own)) !== target[row])
    return -Math.log(Math.max(least, own[target[row]!]!))
  })
  return measure === 'RMSE' ? Math.sqrt(mean(losses)) : mean(losses)
}

/** Not worse in the paired test over all rows. Of trees a second line holds them against the twin that gets texts as a column a value. */
export function compareMade(folder: string, algorithms: readonly string[]): MadeRow[] {
  const made = setsOf(folder, 'made')
  const twins = algorithms.flatMap(algorithm => {
    const isTold = made.some(set => existsSync(join(set.folder, `twin-${algorithm}-told-0`)))
    return isTold
      ? [
          { algorithm, told: '' },
          { algorithm, told: '-told' },
        ]
      : [{ algorithm, told: '' }]
  })
  return twins.map(({ algorithm, told }) => {
    const sets = made.filter(set => isThere(set, algorithm))
    const twinOf = (set: QualitySet) => `twin-${algorithm}${set.texts ? told : ''}`
    const differences: number[] = []
    const each = sets.map(set => {
      const [own, theirs] = [regrets(set, `lathe-${algorithm}-0`), regrets(set, `${twinOf(set)}-0`)]
      for (const [i, regret] of own.entries()) {
        const difference = regret - theirs[i]!
        differences.push(Math.abs(difference) < same ? 0 : difference)
      }
      return { data: set.name, lathe: mean(own), twin: mean(theirs) }
    })
    const bySet = each.map(({ lathe, twin }) => (Math.abs(lathe - twin) < same ? 0 : lathe - twin))
    const ratio = (values: number[]) => mean(values) / (errorOf(values) || 1)
    const [z, t] = [ratio(differences), ratio(bySet)]
    return {
      ...{ algorithm: told ? `${algorithm}, a column a value` : algorithm },
      ...{ sets: sets.length, rows: differences.length },
      ...{ lathe: mean(each.map(one => one.lathe)), twin: mean(each.map(one => one.twin)), z, t },
      ...{ setsBetter: bySet.filter(value => value < 0).length, isNotWorse: z <= critical, each },
    }
  })
}

/**
 * Of each test row what its answer loses in expectation against the truth: Σ (q − p)² over the classes, which is the Brier score less the Bayes
 * error; (q − mean)² as a share of the target's variance for values.
 */
function regrets(set: QualitySet, answers: string): number[] {
  const [said, truth, target] = [doubles(set, answers), doubles(set, 'truth'), doubles(set, 'target')]
  const outputs = Math.max(1, set.classes)
  const middle = mean(Array.from(target))
  const scale = set.classes ? 1 : mean(Array.from(target, value => (value - middle) ** 2))
  return testRows(set, 0).map((row, i) => {
    let sum = 0
    for (let k = 0; k < outputs; k += 1) sum += (said[i * outputs + k]! - truth[row * outputs + k]!) ** 2
    return sum / scale
  })
}
