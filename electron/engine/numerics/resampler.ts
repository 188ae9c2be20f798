import type { Pcg32 } from './random.ts'

/**
 * Resamples with replacement, as counts. It makes some 10⁸ draws for one set of intervals, so it runs on sfc32 (Doty-Humphrey,
 * PractRand 0.95, "sfc": 128 bits of state, period ≥ 2³²), which costs a fifth of PCG in JavaScript. The generator that is
 * passed in seeds it; the same state of it gives the same counts on every machine.
 */
export class Resampler {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(random: Pcg32) {
    this.#a = random.nextUint32() | 0
    this.#b = random.nextUint32() | 0
    this.#c = random.nextUint32() | 0
    this.fill(new Uint16Array(1), 12)
  }

  /**
   * Draws `draws` positions of `counts`, each as likely, and counts them; what `counts` held is dropped. Its length lies in
   * [1, 2²⁴], so that a position's chance is off by less than one part in 256; a single count must stay below 65,536.
   */
  fill(counts: Uint16Array, draws = counts.length): void {
    counts.fill(0)
    let a = this.#a
    let b = this.#b
    let c = this.#c
    let counter = this.#counter
    const scale = counts.length / 2 ** 32
    for (let i = 0; i < draws; i += 1) {
      const out = (((a + b) | 0) + counter) | 0
      counter = (counter + 1) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + out) | 0
      counts[((out >>> 0) * scale) | 0]! += 1
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#counter = counter
  }
}
