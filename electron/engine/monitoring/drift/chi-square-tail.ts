/** ln Γ(x) for x > 0 (Lanczos, g = 7, nine terms). */
function logGamma(x: number): number {
  const terms = [
    0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ]
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x)
  const z = x - 1
  const t = z + 7.5
  let series = terms[0]!
  for (let i = 1; i < terms.length; i += 1) series += terms[i]! / (z + i)
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(series)
}

/** P(X ≥ x) for X chi-square with these degrees of freedom: the upper regularised incomplete gamma function. */
export function chiSquareTail(x: number, degrees: number): number {
  if (x <= 0 || degrees <= 0) return 1
  if (!Number.isFinite(x)) return 0
  const a = degrees / 2
  const z = x / 2
  const front = Math.exp(a * Math.log(z) - z - logGamma(a))
  if (z < a + 1) {
    let term = 1 / a
    let series = term
    for (let n = 1; n < 1000 && term > series * 1e-16; n += 1) {
      term *= z / (a + n)
      series += term
    }
    return Math.max(0, 1 - front * series)
  }
  // Lentz's method for the continued fraction.
  let b = z + 1 - a
  let c = 1e300
  let d = 1 / b
  let fraction = d
  for (let n = 1; n < 1000; n += 1) {
    const step = -n * (n - a)
    b += 2
    d = 1 / (step * d + b)
    c = b + step / c
    const factor = d * c
    fraction *= factor
    if (Math.abs(factor - 1) < 1e-15) break
  }
  return front * fraction
}

/** Standard normal quantiles of 0.999 and 0.9995. */
const normal999 = 3.090232306167813
const normal9995 = 3.290526731491926

/** The value that a chi-square variable exceeds once in a thousand (exact for one and two
 * degrees, else Wilson and Hilferty's approximation, within 2 %). */
export function chiSquare999(degrees: number): number {
  if (degrees < 1) return 0
  if (degrees === 1) return normal9995 ** 2
  if (degrees === 2) return 2 * Math.log(1000)
  const spread = 2 / (9 * degrees)
  return degrees * (1 - spread + normal999 * Math.sqrt(spread)) ** 3
}
