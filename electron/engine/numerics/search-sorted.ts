/**
 * Where `value` belongs among ascending values without NaN, by binary search: before those that equal it (left), the count of values below it, or after
 * them (right), the count of values that it is not below.
 */
export function searchSorted(sorted: ArrayLike<number>, value: number, side: 'left' | 'right'): number {
  const isRight = side === 'right'
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    const own = sorted[middle]!
    if (own < value || (isRight && own === value)) low = middle + 1
    else high = middle
  }
  return low
}
