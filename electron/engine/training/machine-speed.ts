const rows = 1 << 16
const passes = 24
const tries = 3
/** What one try takes where the constants of `estimate.ts` and of the algorithms hold. */
const referenceMs = 1.4
/** Other work comes and goes. */
const keptMs = 60_000

let known: { at: number; slowness: number } | null = null

/**
 * How many times as long this machine takes now as the one that estimates were made on: the best of a few milliseconds of what most trainings
 * do, counting rows into bins. Measured again after a minute.
 */
export function machineSlowness(now = Date.now()): number {
  if (!known || now - known.at > keptMs) known = { at: now, slowness: measure() / referenceMs }
  return known.slowness
}

/** Milliseconds. */
function measure(): number {
  const bins = Uint8Array.from({ length: rows }, (_, i) => Math.imul(i, 2654435761) >>> 24)
  const values = Float64Array.from({ length: rows }, (_, i) => i / rows)
  const sums = new Float64Array(256)
  let best = Number.POSITIVE_INFINITY
  for (let turn = 0; turn < tries; turn += 1) {
    const start = performance.now()
    for (let pass = 0; pass < passes; pass += 1) {
      for (let i = 0; i < rows; i += 1) sums[bins[i]!]! += values[i]!
    }
    best = Math.min(best, performance.now() - start)
  }
  return best
}
