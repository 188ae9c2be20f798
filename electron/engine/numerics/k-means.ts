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

export interface KMeansSettings {
  count: number
  /** Starts of which the one of the lowest inertia is kept. */
  starts: number
  mostIterations: number
  random: Pcg32
  /** After each iteration; ends with what is best so far when it says no. */
  proceed(start: number): Promise<boolean>
  ended(start: number, inertia: number): void
}

/** It ends where the centres move, squared and summed, by less than this share of the mean variance of the columns. */
const tolerance = 1e-4

/**
 * k-means by Lloyd's iterations from starts of greedy k-means++ (Lloyd 1982; Arthur and Vassilvitskii 2007): `points` row-major
 * [rows, width], all finite, at least `count` of them different. A centre that loses its rows takes the row that is farthest from its own.
 * Ties go to the first centre; the same generator gives the same centres.
 */
export async function kMeans(points: Float32Array, width: number, settings: KMeansSettings): Promise<KMeans> {
  const least = tolerance * meanVariance(points, width)
  let best: KMeans | null = null
  for (let start = 0; start < settings.starts; start += 1) {
    const found = await lloyd(points, width, drawCentres(points, width, settings), least, start, settings)
    if (!best || found.inertia < best.inertia) best = found
    settings.ended(start, found.inertia)
    if (!(await settings.proceed(start))) break
  }
  return best!
}

async function lloyd(
  points: Float32Array,
  width: number,
  centres: Float64Array,
  least: number,
  start: number,
  { count, mostIterations, proceed }: KMeansSettings,
): Promise<KMeans> {
  const rows = points.length / width
  const nearest = new Int32Array(rows).fill(-1)
  const distances = new Float64Array(rows)
  let iterations = 0
  for (let moved = Number.POSITIVE_INFINITY; iterations < mostIterations; iterations += 1) {
    const changed = assign(points, width, centres, nearest, distances)
    if (changed === 0 || moved <= least) break
    moved = moveCentres(points, width, centres, nearest, distances, count)
    if (!(await proceed(start))) break
  }
  assign(points, width, centres, nearest, distances)
  return { centres, nearest, inertia: distances.reduce((sum, each) => sum + each, 0), iterations }
}

/** Each row to its nearest centre; gives how many changed theirs. */
function assign(
  points: Float32Array,
  width: number,
  centres: Float64Array,
  nearest: Int32Array,
  distances: Float64Array,
): number {
  const count = centres.length / width
  let changed = 0
  for (let row = 0; row < nearest.length; row += 1) {
    let least = Number.POSITIVE_INFINITY
    let place = 0
    for (let centre = 0; centre < count; centre += 1) {
      const distance = squaredDistance(points, row * width, centres, centre * width, width, least)
      if (distance >= least) continue
      least = distance
      place = centre
    }
    if (nearest[row] !== place) changed += 1
    nearest[row] = place
    distances[row] = least
  }
  return changed
}

/** Each centre to the mean of its rows; gives the squared way of all together. */
function moveCentres(
  points: Float32Array,
  width: number,
  centres: Float64Array,
  nearest: Int32Array,
  distances: Float64Array,
  count: number,
): number {
  const sums = new Float64Array(centres.length)
  const sizes = new Float64Array(count)
  const add = (row: number, centre: number, sign: number) => {
    sizes[centre]! += sign
    for (let k = 0; k < width; k += 1) sums[centre * width + k]! += sign * points[row * width + k]!
  }
  for (let row = 0; row < nearest.length; row += 1) add(row, nearest[row]!, 1)
  for (let centre = 0; centre < count; centre += 1) {
    if (sizes[centre]) continue
    const farthest = distances.reduce((far, distance, row) => (distance > distances[far]! ? row : far), 0)
    add(farthest, nearest[farthest]!, -1)
    add(farthest, centre, 1)
    nearest[farthest] = centre
    distances[farthest] = 0
  }
  let moved = 0
  for (let i = 0; i < centres.length; i += 1) {
    const size = sizes[Math.floor(i / width)]!
    if (!size) continue
    const to = sums[i]! / size
    moved += (to - centres[i]!) ** 2
    centres[i] = to
  }
  return moved
}

/** Greedy k-means++: each next centre is, of a few rows drawn by their squared distance, the one that leaves the least of it. */
function drawCentres(points: Float32Array, width: number, { count, random }: KMeansSettings): Float64Array {
  const rows = points.length / width
  const tries = 2 + Math.floor(Math.log(count))
  const centres = new Float64Array(count * width)
  const place = (centre: number, row: number) =>
    centres.set(points.subarray(row * width, (row + 1) * width), centre * width)
  const distancesTo = (row: number, known: Float64Array): Float64Array => {
    const own = Float64Array.from(points.subarray(row * width, (row + 1) * width))
    return known.map((least, other) => Math.min(least, squaredDistance(points, other * width, own, 0, width, least)))
  }
  let row = random.nextBelow(rows)
  place(0, row)
  let distances: Float64Array = distancesTo(row, new Float64Array(rows).fill(Number.POSITIVE_INFINITY))
  for (let centre = 1; centre < count; centre += 1) {
    const total = distances.reduce((sum, each) => sum + each, 0)
    let best: Float64Array | null = null
    let least = Number.POSITIVE_INFINITY
    for (let i = 0; i < tries; i += 1) {
      const candidate = drawByWeight(distances, random.nextFloat() * total)
      const left = distancesTo(candidate, distances)
      const sum = left.reduce((all, each) => all + each, 0)
      if (sum >= least) continue
      least = sum
      best = left
      row = candidate
    }
    place(centre, row)
    distances = best!
  }
  return centres
}

function drawByWeight(weights: Float64Array, at: number): number {
  let left = at
  let last = 0
  for (let i = 0; i < weights.length; i += 1) {
    if (weights[i]! > 0) last = i
    left -= weights[i]!
    if (left < 0) return last
  }
  return last
}

/** Σ (a − b)²; stops where it is `enough` already. */
function squaredDistance(
  points: Float32Array,
  from: number,
  others: Float64Array,
  otherFrom: number,
  width: number,
  enough: number,
): number {
  let sum = 0
  for (let k = 0; k < width && sum < enough; k += 1) {
    const difference = points[from + k]! - others[otherFrom + k]!
    sum += difference * difference
  }
  return sum
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
