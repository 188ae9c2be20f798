/**
 * PCG-XSH-RR 64/32 (O'Neill 2014, "PCG: A Family of Simple Fast Space-Efficient Statistically Good Algorithms", §6.3):
 * 64-bit linear congruential state, 32 bits out. The state is kept in two 32-bit halves, so that no BigInt is made.
 * The same seed and stream give the same numbers on every machine.
 */
export class Pcg32 {
  #high = 0
  #low = 0
  readonly #incrementHigh: number
  readonly #incrementLow: number
  #spare: number | null = null

  /** `seed` and `stream`: whole numbers in [0, 2⁵³). Different streams of one seed are independent sequences. */
  constructor(seed: number, stream = 0) {
    this.#incrementLow = ((stream << 1) | 1) >>> 0
    this.#incrementHigh = Math.floor(stream / 2 ** 31) >>> 0
    this.nextUint32()
    const low = this.#low + (seed >>> 0)
    this.#low = low >>> 0
    this.#high = (this.#high + Math.floor(seed / 2 ** 32) + (low > 0xffff_ffff ? 1 : 0)) >>> 0
    this.nextUint32()
  }

  /** Where it is in its sequence, for `restore` of another of the same stream. */
  save(): [high: number, low: number, spare: number | null] {
    return [this.#high, this.#low, this.#spare]
  }

  restore([high, low, spare]: [high: number, low: number, spare: number | null]): void {
    this.#high = high
    this.#low = low
    this.#spare = spare
  }

  /** Uniform on the whole numbers [0, 2³²). */
  nextUint32(): number {
    const high = this.#high
    const low = this.#low
    this.#advance()
    // xorshifted = ((state >> 18) ^ state) >> 27, its low 32 bits; rotation = state >> 59.
    const mixedHigh = (high ^ (high >>> 18)) >>> 0
    const mixedLow = (low ^ ((low >>> 18) | (high << 14))) >>> 0
    const shifted = ((mixedLow >>> 27) | (mixedHigh << 5)) >>> 0
    const rotation = high >>> 27
    return ((shifted >>> rotation) | (shifted << (-rotation & 31))) >>> 0
  }

  /** Uniform on [0, 1), 53 bits. */
  nextFloat(): number {
    return ((this.nextUint32() >>> 5) * 2 ** 26 + (this.nextUint32() >>> 6)) / 2 ** 53
  }

  /** Uniform on the whole numbers [0, bound), without bias (rejection); `bound` in [1, 2³²]. */
  nextBelow(bound: number): number {
    for (;;) {
      const value = this.nextUint32()
      // As `value % bound`, which takes the slow way above 2³¹; what begins at the last multiple of the bound is no whole round.
      const from = Math.floor(value / bound) * bound
      if (from + bound <= 2 ** 32) return value - from
    }
  }

  /** Standard normal, by Marsaglia's polar method (1964). */
  nextGaussian(): number {
    if (this.#spare !== null) {
      const spare = this.#spare
      this.#spare = null
      return spare
    }
    for (;;) {
      const u = 2 * this.nextFloat() - 1
      const v = 2 * this.nextFloat() - 1
      const s = u * u + v * v
      if (s > 0 && s < 1) {
        const factor = Math.sqrt((-2 * Math.log(s)) / s)
        this.#spare = v * factor
        return u * factor
      }
    }
  }

  /** Fisher–Yates, in place. */
  shuffle<Values extends { length: number; [index: number]: number }>(values: Values): Values {
    for (let i = values.length - 1; i > 0; i -= 1) {
      const j = this.nextBelow(i + 1)
      const kept = values[i]!
      values[i] = values[j]!
      values[j] = kept
    }
    return values
  }

  /** state ← state · 6364136223846793005 + increment (mod 2⁶⁴). */
  #advance(): void {
    const multiplierHigh = 0x5851_f42d
    const multiplierLow = 0x4c95_7f2d
    const low = this.#low
    const l0 = low & 0xffff
    const l1 = low >>> 16
    const m0 = multiplierLow & 0xffff
    const m1 = multiplierLow >>> 16
    const p00 = l0 * m0
    const p01 = l0 * m1
    const p10 = l1 * m0
    const middle = (p00 >>> 16) + (p01 & 0xffff) + (p10 & 0xffff)
    const productLow = ((middle << 16) | (p00 & 0xffff)) >>> 0
    const carryHigh = l1 * m1 + (p01 >>> 16) + (p10 >>> 16) + (middle >>> 16)
    const productHigh = (carryHigh + Math.imul(this.#high, multiplierLow) + Math.imul(low, multiplierHigh)) >>> 0
    const sumLow = productLow + this.#incrementLow
    this.#low = sumLow >>> 0
    this.#high = (productHigh + this.#incrementHigh + (sumLow > 0xffff_ffff ? 1 : 0)) >>> 0
  }
}
