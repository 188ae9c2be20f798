/** Distances that are worked out at most; of more rows than that gives, evenly spread ones stand for all. */
const mostTerms = 2_000_000_000

/**
 * The silhouette of each row: (b − a) / max(a, b), a its mean Euclidean distance to the other rows of its cluster, b the least mean distance to
 * those of another (Rousseeuw 1987). `points` row-major [rows, width], `clusters` one a row below `count`. 0 where its cluster has no other
 * row, or no other cluster has any. Beyond some 2·10⁹ terms against evenly spread rows.
 */
export function silhouettes(points: Float32Array, width: number, clusters: Int32Array, count: number): Float64Array {
  const rows = clusters.length
  const step = Math.max(1, Math.ceil((rows * rows * width) / mostTerms))
  const sums = new Float64Array(count)
  const sizes = new Float64Array(count)
  for (let row = 0; row < rows; row += step) sizes[clusters[row]!]! += 1
  return Float64Array.from(clusters, (own, row) => {
    sums.fill(0)
    for (let other = 0; other < rows; other += step) {
      let squares = 0
      for (let k = 0; k < width; k += 1) {
        const difference = points[row * width + k]! - points[other * width + k]!
        squares += difference * difference
      }
      sums[clusters[other]!]! += Math.sqrt(squares)
    }
    const others = sizes[own]! - Number(row % step === 0)
    if (others < 1) return 0
    const inside = sums[own]! / others
    let outside = Number.POSITIVE_INFINITY
    for (let cluster = 0; cluster < count; cluster += 1) {
      if (cluster !== own && sizes[cluster]) outside = Math.min(outside, sums[cluster]! / sizes[cluster]!)
    }
    const most = Math.max(inside, outside)
    return Number.isFinite(outside) && most > 0 ? (outside - inside) / most : 0
  })
}
