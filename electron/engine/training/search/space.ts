import type { ParameterDeclaration } from '../../../../shared/contract/runs.ts'
import type { Parameters, ParameterValue } from '../../../../shared/model/run.ts'
import type { Pcg32 } from '../../numerics/index.ts'

/** One parameter as a search sees it: a range, or one of `choices`. */
export type Dimension = { name: string } & (
  | { kind: 'range'; low: number; high: number; isLog: boolean; isInteger: boolean }
  | { kind: 'choice'; choices: readonly ParameterValue[] }
)

/** What a search may vary of one algorithm, and what it leaves as it is. */
export interface Space {
  algorithm: string
  dimensions: Dimension[]
  /** Every parameter that is not varied. */
  fixed: Parameters
  /** What is tried first: the algorithm's own defaults. */
  first: Parameters
  /** What is tried next where that did well. */
  oftenGood: Parameters[]
}

/** What is said of texts, to be held where there are none. */
export const ofTexts: Parameters = { texts: 'one-hot', embedding: 0 }

interface Declared {
  id: string
  oftenGood?: readonly Parameters[]
  parameters: readonly ParameterDeclaration[]
}

/** The space that an algorithm declares; `given` parameters are held. */
export function spaceOf({ id, parameters, oftenGood = [] }: Declared, given: Parameters = {}): Space {
  const fixed: Parameters = {}
  const first: Parameters = {}
  const dimensions: Dimension[] = []
  for (const { name, kind, search, default: usual } of parameters) {
    const held =
      given[name] ?? (search && 'choices' in search && search.choices.length === 1 ? search.choices[0] : null)
    if (!search || held !== null) {
      fixed[name] = held ?? usual
    } else if ('choices' in search) {
      dimensions.push({ name, kind: 'choice', choices: search.choices })
    } else {
      const { low, high, log = false } = search
      dimensions.push({ name, kind: 'range', low, high, isLog: log, isInteger: kind === 'integer' })
    }
    first[name] = fixed[name] ?? usual
  }
  return {
    algorithm: id,
    dimensions,
    fixed,
    first,
    oftenGood: oftenGood.map(some => ({ ...first, ...some, ...fixed })),
  }
}

/** A point of the space, each parameter drawn on its own. */
export function draw(space: Space, random: Pcg32): Parameters {
  return { ...space.fixed, ...Object.fromEntries(space.dimensions.map(each => [each.name, drawValue(each, random)])) }
}

function drawValue(dimension: Dimension, random: Pcg32): ParameterValue {
  if (dimension.kind === 'choice') return dimension.choices[random.nextBelow(dimension.choices.length)]!
  return fromUnit(dimension, random.nextFloat())
}

/** The value at a place from 0 to 1 of a range; equal steps are equal ratios where it is logarithmic. */
export function fromUnit(dimension: Dimension & { kind: 'range' }, unit: number): number {
  const { low, high, isLog, isInteger } = dimension
  const place = Math.min(1, Math.max(0, unit))
  const value = isLog ? low * (high / low) ** place : low + (high - low) * place
  // Four figures: enough for any effect, and short to read.
  return isInteger ? Math.round(value) : Math.min(high, Math.max(low, Number(value.toPrecision(4))))
}

/** Where a value lies in its range, 0 to 1; what lies outside of it goes to the end. */
export function toUnit(dimension: Dimension & { kind: 'range' }, value: number): number {
  const { low, high, isLog } = dimension
  const place = isLog ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low)
  return Math.min(1, Math.max(0, place))
}

/** Which of the choices a value is; -1 for none. */
export function choiceOf({ choices }: Dimension & { kind: 'choice' }, value: ParameterValue | undefined): number {
  const text = JSON.stringify(value)
  return choices.findIndex(choice => JSON.stringify(choice) === text)
}
