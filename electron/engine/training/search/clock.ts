/** What the engine needs after the job's last act, to take the models in and write the rows down: so long, and this share of the budget. */
const closing = { milliseconds: 400, share: 0.01, most: 3000 }
/** Of the budget at most so much is kept for writing the models, and for fitting the best again; what does not fit is left out, the best comes first. */
const mostFor = { writing: 0.3, fitting: 0.2 }
/** Share of the budget that is kept for weighing the best against each other. */
const forBlending = 0.02

/** The time of a search, from the start of its process, and of those before it; in milliseconds. */
export class Clock {
  /** The whole budget; Infinity for none. */
  readonly all: number
  /** What a process takes to start and read the data, as the first one took it. */
  toOpen = 0
  /** What one model takes to be measured and written, as the baseline took it. */
  toWrite = 0
  /** What a blend of the best takes to be fitted once more, as far as is known; one of more is made of as many as there is time for. */
  toRefit = 0
  /** What the best alone takes. */
  toRefitBest = 0
  #begunAt = 0
  #promised = 0

  constructor(seconds: number | null) {
    this.all = seconds === null ? Number.POSITIVE_INFINITY : seconds * 1000
  }

  /** What has to be left when a fit begins: one that takes too long is ended with its process, and another has to read the data before it writes. */
  get toKeep(): number {
    return 1.5 * (this.toWrite + this.toOpen)
  }

  elapsed(): number {
    return performance.now() - this.#begunAt
  }

  /** Goes on where a process before this one was: what it took to come there again is not of the budget. */
  goOn(elapsed: number): void {
    this.#begunAt = performance.now() - elapsed
  }

  /** Until all has to be written. */
  left(): number {
    if (this.all === Number.POSITIVE_INFINITY) return this.all
    const { milliseconds, share, most } = closing
    return this.all - Math.min(most, milliseconds + share * this.all) - this.elapsed()
  }

  /** Until the last trial has to end, when so many models wait to be written. The first may take the time that its last fit would need. */
  forTrials(models: number): number {
    if (this.all === Number.POSITIVE_INFINITY) return this.all
    if (models === 0) return this.left() - forBlending * this.all - 1.5 * this.toWrite
    const toEnd = this.toWrite * (models / 2 + 1.5)
    return this.left() - this.#toFit() - forBlending * this.all - Math.min(toEnd, this.all * mostFor.writing)
  }

  /** Trials go on for so long at least, however many models come to wait to be written meanwhile. */
  promise(milliseconds: number): void {
    this.#promised = Math.max(this.#promised, this.elapsed() + milliseconds)
  }

  /** Whether the trials have to end, when so many models wait to be written. */
  isUp(models: number): boolean {
    return this.forTrials(models) <= 0 && this.elapsed() >= this.#promised
  }

  /** Kept for a last fit, and for another process should that one overrun: nothing where not even the best can have it within its share of the budget. */
  #toFit(): number {
    const most = this.all * mostFor.fitting
    return this.toRefitBest + 1.5 * this.toOpen > most ? 0 : Math.min(1.5 * (this.toRefit + this.toOpen), most)
  }

  /** The same after another trial that takes as long as one may: such a share of the budget. */
  afterAnother(models: number, share: number): number {
    return this.all === Number.POSITIVE_INFINITY ? this.all : this.forTrials(models) - share * this.all
  }

  /** Share of the budget that is used; 0 without one. */
  used(): number {
    return this.elapsed() / this.all
  }

  async measure<Result>(work: () => Promise<Result>): Promise<Result> {
    const begun = this.elapsed()
    const result = await work()
    this.toWrite = this.elapsed() - begun
    return result
  }
}
