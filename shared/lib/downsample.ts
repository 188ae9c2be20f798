/**
 * A curve in at most `2 * buckets + 2` points that keeps its first and last point and, of each stretch between them, the least and the
 * greatest value: no spike is lost. Parallel arrays with ascending steps; a short curve comes back as it is. Equal values: the earlier.
 */
export function keepExtremes<Curve extends { steps: number[]; values: number[] }>(
  curve: Curve,
  buckets: number,
): Curve {
  const { steps, values } = curve
  const last = values.length - 1
  if (values.length <= 2 * buckets + 2) return curve
  const kept = [0]
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    const from = 1 + Math.floor((bucket * (last - 1)) / buckets)
    const to = 1 + Math.floor(((bucket + 1) * (last - 1)) / buckets)
    let least = from
    let most = from
    for (let i = from + 1; i < to; i += 1) {
      if (values[i]! < values[least]!) least = i
      if (values[i]! > values[most]!) most = i
    }
    kept.push(Math.min(least, most))
    if (least !== most) kept.push(Math.max(least, most))
  }
  kept.push(last)
  return { ...curve, steps: kept.map(i => steps[i]!), values: kept.map(i => values[i]!) }
}
