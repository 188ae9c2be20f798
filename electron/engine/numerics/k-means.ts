import type { Pcg32 } from './random.ts'

export interface KMeans {
  /** Row-major [count, width]. */
  centres: Float64Array
  /** One a row: its nearest centre. */
  nearest: Int32Array
  /** Σ of squared distances of the rows to their centres. */
  inertia: number
  iterations: number
}

/**
 * |b|² − 2 a·b of every row a and each of `others` b, row-major [m, width]: blocks [n, m] of the rows from `from` on, one after the other.
 * With |a|² it is the square of how far they are from each other.
 */
export type Products = (others: Float32Array, each: (from: number, block: Float32Array) => void) => Promise<void>

export interface KMeansSettings {
  count: number
  /** Starts of which the one of the lowest inertia is kept. */
  starts: number
  mostIterations: number
  random: Pcg32
  products: Products
  /** After each iteration; ends with what is best so far when it says no. */
  proceed(start: number): Promise<boolean>
  ended(start: number, inertia: number): void
}

/** It ends where the centres move, squared and summed, by less than this share of the mean variance of the columns. */
const tolerance = 1e-4

/**
 * k-means by Lloyd's iterations from starts of greedy k-means++ (Lloyd 1982; Arthur and Vassilvitskii 2007): `points` row-major
 * [rows, width], all finite, at least `count` of them different. A centre that loses its rows takes the row that is farthest from its own.
 * Ties go to the first centre; the same generator and products give the same centres.
 */
export async function kMeans(points: Float32Array, width: number, settings: KMeansSettings): Promise<KMeans> {
  const least = tolerance * meanVariance(points, width)
  const rows = { points, width, squares: squaredLengths(points, width) }
  let best: KMeans | null = null
  for (let start = 0; start < settings.starts; start += 1) {
    const found = await lloyd(rows, await drawCentres(rows, settings), least, start, settings)
    if (!best || found.inertia < best.inertia) best = found
    settings.ended(start, found.inertia)
    if (!(await settings.proceed(start))) break
  }
  return best!
}

interface Rows {
  points: Float32Array
  width: number
  /** Of each row its |a|². */
  squares: Float64Array
}

async function lloyd(
  { points, width, squares }: Rows,
  centres: Float64Array,
  least: number,
  start: number,
  { count, mostIterations, products, proceed }: KMeansSettings,
): Promise<KMeans> {
  const nearest = new Int32Array(squares.length)
  const distances = new Float64Array(squares.length)
  const groups = new Groups(points, width, count)
  /** Each row to its nearest centre; gives how many changed theirs. */
  const assign = async () => {
    await products(Float32Array.from(centres), (from, block) => {
      for (let i = 0, row = from; i < block.length; i += count, row += 1) {
        let place = 0
        let least = block[i]!
        for (let k = 1; k < count; k += 1) {
          if (block[i + k]! >= least) continue
          least = block[i + k]!
          place = k
        }
        nearest[row] = place
        distances[row] = Math.max(0, squares[row]! + least)
      }
    })
    return groups.take(nearest)
  }
  let iterations = 0
  for (let moved = Number.POSITIVE_INFINITY; iterations < mostIterations; iterations += 1) {
    const changed = await assign()
    if (changed === 0 || moved <= least) break
    groups.fill(distances)
    moved = groups.moveTo(centres)
    if (!(await proceed(start))) break
  }
  await assign()
  let inertia = 0
  nearest.forEach((place, row) => {
    for (let k = 0; k < width; k += 1) inertia += (points[row * width + k]! - centres[place * width + k]!) ** 2
  })
  return { centres, nearest, inertia, iterations }
}

/** Which row is whose, and the sums of each centre's rows: only rows that change are added anew. */
class Groups {
  readonly #points: Float32Array
  readonly #width: number
  readonly #of: Int32Array
  readonly #sums: Float64Array
  readonly #sizes: Float64Array

  constructor(points: Float32Array, width: number, count: number) {
    this.#points = points
    this.#width = width
    this.#of = new Int32Array(points.length / width).fill(-1)
    this.#sums = new Float64Array(count * width)
    this.#sizes = new Float64Array(count)
  }

  /** Gives how many rows change their centre. */
  take(nearest: Int32Array): number {
    let changed = 0
    for (let row = 0; row < nearest.length; row += 1) {
      if (nearest[row] === this.#of[row]) continue
      changed += 1
      this.#put(row, nearest[row]!)
    }
    return changed
  }

  /** A centre without rows gets the one that is farthest from its own. */
  fill(distances: Float64Array): void {
    for (let centre = 0; centre < this.#sizes.length; centre += 1) {
      if (this.#sizes[centre]) continue
      const farthest = distances.reduce((far, distance, row) => (distance > distances[far]! ? row : far), 0)
      this.#put(farthest, centre)
      distances[farthest] = 0
    }
  }

  /** Each centre to the mean of its rows; gives the squared way of all together. */
  moveTo(centres: Float64Array): number {
    let moved = 0
    for (let i = 0; i < centres.length; i += 1) {
      const size = this.#sizes[Math.floor(i / this.#width)]!
      if (!size) continue
      const to = this.#sums[i]! / size
      moved += (to - centres[i]!) ** 2
      centres[i] = to
    }
    return moved
  }

  #put(row: number, centre: number): void {
    const before = this.#of[row]!
    this.#of[row] = centre
    if (before >= 0) this.#add(row, before, -1)
    this.#add(row, centre, 1)
  }

  #add(row: number, centre: number, sign: number): void {
    const [points, sums, width] = [this.#points, this.#sums, this.#width]
    this.#sizes[centre]! += sign
    for (let k = 0; k < width; k += 1) sums[centre * width + k]! += sign * points[row * width + k]!
  }
}

/** Greedy k-means++: each next centre is, of a few rows drawn by their squared distance, the one that leaves the least of it. */
async function drawCentres({ points, width, squares }: Rows, { count, random, products }: KMeansSettings) {
  const tries = 2 + Math.floor(Math.log(count))
  const centres = new Float64Array(count * width)
  const distances = new Float64Array(squares.length).fill(Number.POSITIVE_INFINITY)
  const left = new Float32Array(squares.length * tries)
  let candidates = Int32Array.of(random.nextBelow(squares.length))
  for (let centre = 0; centre < count; centre += 1) {
    const many = candidates.length
    const others = new Float32Array(many * width)
    for (const [i, row] of candidates.entries()) others.set(points.subarray(row * width, (row + 1) * width), i * width)
    const totals = new Float64Array(many)
    await products(others, (from, block) => {
      for (let i = 0, row = from; i < block.length; i += many, row += 1) {
        const [own, known] = [squares[row]!, distances[row]!]
        for (let k = 0; k < many; k += 1) {
          const least = Math.min(known, Math.max(0, own + block[i + k]!))
          left[row * many + k] = least
          totals[k]! += least
        }
      }
    })
    const best = totals.indexOf(Math.min(...totals))
    centres.set(others.subarray(best * width, (best + 1) * width), centre * width)
    for (let row = 0; row < distances.length; row += 1) distances[row] = left[row * many + best]!
    distances[candidates[best]!] = 0
    if (centre < count - 1) candidates = drawByWeight(distances, tries, random)
  }
  return centres
}

/** So many places, each drawn with the chance of its weight. */
function drawByWeight(weights: Float64Array, draws: number, random: Pcg32): Int32Array<ArrayBuffer> {
  const upTo = new Float64Array(weights.length)
  let total = 0
  let last = 0
  for (let i = 0; i < weights.length; i += 1) {
    if (weights[i]! > 0) last = i
    total += weights[i]!
    upTo[i] = total
  }
  return Int32Array.from({ length: draws }, () => Math.min(last, firstAbove(upTo, random.nextFloat() * total)))
}

/** The first place of a rising list that is above `value`; its length where there is none. */
function firstAbove(rising: Float64Array, value: number): number {
  let [from, to] = [0, rising.length]
  while (from < to) {
    const middle = (from + to) >> 1
    if (rising[middle]! > value) to = middle
    else from = middle + 1
  }
  return from
}

function squaredLengths(points: Float32Array, width: number): Float64Array {
  return Float64Array.from({ length: points.length / width }, (_, row) => {
    let sum = 0
    for (let k = row * width; k < (row + 1) * width; k += 1) sum += points[k]! ** 2
    return sum
  })
}

function meanVariance(points: Float32Array, width: number): number {
  const rows = points.length / width
  let sum = 0
  for (let k = 0; k < width; k += 1) {
    let mean = 0
    let squares = 0
    for (let row = 0; row < rows; row += 1) {
      const value = points[row * width + k]!
      const delta = value - mean
      mean += delta / (row + 1)
      squares += delta * (value - mean)
    }
    sum += squares / rows
  }
  return sum / width
}
