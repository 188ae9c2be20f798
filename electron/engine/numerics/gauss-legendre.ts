/**
 * Nodes and weights of Gauss–Legendre quadrature over [0, 1]: Σ wᵢ·f(xᵢ) is ∫ f exactly for polynomials of degree ≤ 2·count − 1. Newton's method
 * on Pₙ from Tricomi's starting points (Abramowitz and Stegun 1964, 25.4.29); ascending nodes.
 */
export function gaussLegendre(count: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(count)
  const weights = new Float64Array(count)
  for (let i = 0; i < count; i += 1) {
    let x = -Math.cos((Math.PI * (i + 0.75)) / (count + 0.5))
    let slope = 0
    for (let step = 0; step < 100; step += 1) {
      let [before, value] = [0, 1]
      for (let n = 1; n <= count; n += 1) [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n]
      slope = (count * (x * value - before)) / (x * x - 1)
      const change = value / slope
      x -= change
      if (Math.abs(change) < 1e-16) break
    }
    nodes[i] = (x + 1) / 2
    weights[i] = 1 / ((1 - x * x) * slope * slope)
  }
  return { nodes, weights }
}
