/** Writes the gradient at `point` into `gradient`, both [n], and gives the value. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number

export interface MinimiseOptions {
  /** Weight of Σ|xᵢ| over the first `penalised` coordinates. */
  l1: number
  penalised: number
  maximumIterations: number
  /** Ends when the largest (pseudo-)gradient component is at most this times max(1, that at the start). */
  tolerance: number
  /** After each iteration; gives whether to go on, and may throw to end. */
  iterated(iteration: number, value: number): Promise<boolean>
}

const memory = 10

/**
 * Minimises a smooth convex function plus an L1 term by OWL-QN (Andrew and Gao, ICML 2007); without an L1 term it is L-BFGS (Nocedal
 * and Wright 2006, algorithm 7.5) with backtracking (Armijo, c = 1e-4). `point` is the start and becomes the minimum. Deterministic.
 */
export async function minimise(
  objective: Objective,
  point: Float64Array,
  options: MinimiseOptions,
): Promise<{ iterations: number; converged: boolean }> {
  const { l1, penalised } = options
  const n = point.length
  let gradient = new Float64Array(n)
  const penalty = (at: Float64Array) => {
    let sum = 0
    if (l1) for (let i = 0; i < penalised; i += 1) sum += Math.abs(at[i]!)
    return l1 * sum
  }
  let value = objective(point, gradient) + penalty(point)
  let steepest = pseudoGradient(point, gradient, l1, penalised)
  const enough = options.tolerance * Math.max(1, largest(steepest))
  const steps: Float64Array[] = []
  const changes: Float64Array[] = []
  for (let iteration = 1; iteration <= options.maximumIterations; iteration += 1) {
    if (largest(steepest) <= enough) return { iterations: iteration - 1, converged: true }
    const direction = quasiNewton(steepest, steps, changes)
    if (l1) for (let i = 0; i < penalised; i += 1) if (direction[i]! * steepest[i]! >= 0) direction[i] = 0
    const slope = dot(direction, steepest)
    if (!(slope < 0)) return { iterations: iteration - 1, converged: largest(steepest) <= enough }
    const next = new Float64Array(n)
    const nextGradient = new Float64Array(n)
    let length = steps.length ? 1 : 1 / Math.sqrt(dot(steepest, steepest))
    let nextValue = Number.POSITIVE_INFINITY
    for (let tries = 0; tries < 50; tries += 1) {
      for (let i = 0; i < n; i += 1) next[i] = point[i]! + length * direction[i]!
      if (l1) keepOrthant(next, point, steepest, penalised)
      nextValue = objective(next, nextGradient) + penalty(next)
      if (nextValue <= value + 1e-4 * length * slope) break
      length /= 2
    }
    if (!(nextValue < value)) return { iterations: iteration - 1, converged: largest(steepest) <= 100 * enough }
    const step = next.map((x, i) => x - point[i]!)
    const change = nextGradient.map((g, i) => g - gradient[i]!)
    if (dot(step, change) > 1e-12 * dot(change, change)) {
      steps.push(step)
      changes.push(change)
      if (steps.length > memory) {
        steps.shift()
        changes.shift()
      }
    }
    point.set(next)
    gradient = nextGradient
    value = nextValue
    steepest = pseudoGradient(point, gradient, l1, penalised)
    if (!(await options.iterated(iteration, value))) return { iterations: iteration, converged: false }
  }
  return { iterations: options.maximumIterations, converged: false }
}

/** The one-sided derivative of least size: where a coordinate is 0 the L1 term has two slopes. */
function pseudoGradient(point: Float64Array, gradient: Float64Array, l1: number, penalised: number): Float64Array {
  if (!l1) return gradient
  return gradient.map((g, i) => {
    if (i >= penalised) return g
    if (point[i]! !== 0) return g + l1 * Math.sign(point[i]!)
    return g + l1 < 0 ? g + l1 : g - l1 > 0 ? g - l1 : 0
  })
}

/** A coordinate that would change its sign stops at 0. */
function keepOrthant(next: Float64Array, point: Float64Array, steepest: Float64Array, penalised: number): void {
  for (let i = 0; i < penalised; i += 1) {
    const side = point[i]! === 0 ? -Math.sign(steepest[i]!) : Math.sign(point[i]!)
    if (next[i]! * side < 0 || side === 0) next[i] = 0
  }
}

/** −H·g by the two-loop recursion over the last steps and gradient changes. */
function quasiNewton(gradient: Float64Array, steps: Float64Array[], changes: Float64Array[]): Float64Array {
  const direction = gradient.map(g => -g)
  const shares = new Array<number>(steps.length)
  for (let k = steps.length - 1; k >= 0; k -= 1) {
    shares[k] = dot(steps[k]!, direction) / dot(steps[k]!, changes[k]!)
    add(direction, changes[k]!, -shares[k]!)
  }
  const last = steps.length - 1
  if (last >= 0) {
    const scale = dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!)
    for (let i = 0; i < direction.length; i += 1) direction[i]! *= scale
  }
  for (let k = 0; k < steps.length; k += 1) {
    const back = dot(changes[k]!, direction) / dot(steps[k]!, changes[k]!)
    add(direction, steps[k]!, shares[k]! - back)
  }
  return direction
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i += 1) sum += a[i]! * b[i]!
  return sum
}

function add(to: Float64Array, values: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i += 1) to[i]! += factor * values[i]!
}

function largest(values: Float64Array): number {
  let most = 0
  for (const value of values) most = Math.max(most, Math.abs(value))
  return most
}
