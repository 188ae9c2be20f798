import type { Parameters } from '../../../../shared/model/run.ts'
import type { Pcg32 } from '../../numerics/index.ts'
import { choiceOf, type Dimension, draw, fromUnit, type Space, toUnit } from './space.ts'

/** A setting that was tried, or is being tried. */
export interface Tried {
  algorithm: string
  parameters: Parameters
  /** Lower is better; infinite where it failed or is not known yet. */
  loss: number
}

export interface Proposal {
  algorithm: string
  parameters: Parameters
}

/** Settings drawn at random before what is good can be told from what is not, in all and of an algorithm. */
const leastTried = 8
const leastOfAlgorithm = 4
/** Points that are drawn where the good ones are dense, of which the one that is likeliest good is taken. */
const candidates = 32
/** Of the settings so far, the share that counts as good, and at most so many. */
const goodShare = 0.2
const mostGood = 25

/** An algorithm with the same chance for each, and a point of its space. */
export function proposeRandom(spaces: readonly Space[], random: Pcg32): Proposal {
  const space = spaces[random.nextBelow(spaces.length)]!
  return { algorithm: space.algorithm, parameters: draw(space, random) }
}

/**
 * The next setting by the tree-structured Parzen estimator: an algorithm in proportion to how many of the good settings are its, then, among
 * points of its space drawn from the density of its good settings, the one where that density is highest against that of the others.
 */
export function proposeTpe(spaces: readonly Space[], tried: readonly Tried[], random: Pcg32): Proposal {
  if (tried.length < leastTried) return proposeRandom(spaces, random)
  const good = new Set(goodOf(tried))
  const weights = spaces.map(
    ({ algorithm }) => 1 + tried.filter(each => good.has(each) && each.algorithm === algorithm).length,
  )
  const space = spaces[drawWeighted(weights, random)]!
  return { algorithm: space.algorithm, parameters: proposeIn(space, tried, random) }
}

function proposeIn(space: Space, tried: readonly Tried[], random: Pcg32): Parameters {
  const own = tried.filter(({ algorithm }) => algorithm === space.algorithm)
  if (own.length < leastOfAlgorithm || space.dimensions.length === 0) return draw(space, random)
  const good = goodOf(own)
  const near = new Density(space, good)
  const far = new Density(
    space,
    own.filter(each => !good.includes(each)),
  )
  let best = { parameters: space.first, promise: Number.NEGATIVE_INFINITY }
  for (let i = 0; i < candidates; i += 1) {
    const parameters = near.draw(random)
    const promise = near.log(parameters) - far.log(parameters)
    if (promise > best.promise) best = { parameters, promise }
  }
  return best.parameters
}

/** The best of them; of equal ones the earlier. */
function goodOf(tried: readonly Tried[]): Tried[] {
  const count = Math.min(mostGood, Math.max(2, Math.ceil(goodShare * tried.length)))
  return tried
    .toSorted((a, b) => (a.loss === b.loss ? 0 : a.loss - b.loss))
    .slice(0, count)
    .filter(({ loss }) => loss < Number.POSITIVE_INFINITY)
}

/** A mixture of one kernel around each point, over all dimensions at once, and one that is even over the whole space. */
class Density {
  readonly #space: Space
  readonly #points: readonly Float64Array[]
  /** Standard deviation of a kernel in a range of 0 to 1, and chance that a choice is drawn evenly. */
  readonly #width: number

  constructor(space: Space, points: readonly Tried[]) {
    this.#space = space
    this.#points = points.map(({ parameters }) => placesOf(space, parameters))
    this.#width = 0.25 * Math.max(1, points.length) ** (-1 / (4 + space.dimensions.length))
  }

  draw(random: Pcg32): Parameters {
    const center = this.#points[random.nextBelow(this.#points.length + 1)]
    if (!center) return draw(this.#space, random)
    const values = this.#space.dimensions.map((dimension, i) => {
      if (dimension.kind === 'range') return [dimension.name, fromUnit(dimension, this.#near(center[i]!, random))]
      const isEven = center[i]! < 0 || random.nextFloat() < this.#width
      return [dimension.name, dimension.choices[isEven ? random.nextBelow(dimension.choices.length) : center[i]!]!]
    })
    return { ...this.#space.fixed, ...Object.fromEntries(values) }
  }

  /** A normal number about `center`, cut to 0 to 1. */
  #near(center: number, random: Pcg32): number {
    for (;;) {
      const unit = center + this.#width * random.nextGaussian()
      if (unit >= 0 && unit <= 1) return unit
    }
  }

  /** Logarithm of the density at a point. */
  log(parameters: Parameters): number {
    const { dimensions } = this.#space
    const at = placesOf(this.#space, parameters)
    const even = dimensions.reduce((sum, each) => sum - (each.kind === 'choice' ? Math.log(each.choices.length) : 0), 0)
    const kernels = this.#points.map(center =>
      dimensions.reduce((sum, dimension, i) => sum + this.#kernel(dimension, center[i]!, at[i]!), 0),
    )
    const logs = [even, ...kernels]
    const most = Math.max(...logs)
    return most + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - most), 0) / logs.length)
  }

  #kernel(dimension: Dimension, center: number, at: number): number {
    if (dimension.kind === 'range') {
      return -0.5 * ((at - center) / this.#width) ** 2 - Math.log(this.#width * Math.sqrt(2 * Math.PI))
    }
    const even = this.#width / dimension.choices.length
    return Math.log(center === at ? 1 - this.#width + even : even)
  }
}

/** Where a point lies in each dimension: 0 to 1, or which choice. */
function placesOf({ dimensions }: Space, parameters: Parameters): Float64Array {
  return Float64Array.from(dimensions, dimension => {
    const value = parameters[dimension.name]
    return dimension.kind === 'range' ? toUnit(dimension, value as number) : choiceOf(dimension, value)
  })
}

function drawWeighted(weights: readonly number[], random: Pcg32): number {
  let left = random.nextFloat() * weights.reduce((sum, weight) => sum + weight, 0)
  for (const [place, weight] of weights.entries()) {
    left -= weight
    if (left < 0) return place
  }
  return weights.length - 1
}
