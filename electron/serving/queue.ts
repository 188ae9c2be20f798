import { AppError } from '../../shared/errors.ts'

/** Lets `width` pieces of work run at once and `length` more wait; further ones are refused with `busy`. */
export class BoundedQueue {
  readonly #width: number
  readonly #length: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(width: number, length: number) {
    this.#width = width
    this.#length = length
  }

  get size(): number {
    return this.#running + this.#waiting.length
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#running >= this.#width) {
      if (this.#waiting.length >= this.#length) throw new QueueFull()
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    } else this.#running += 1
    try {
      return await work()
    } finally {
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running -= 1
    }
  }
}

export class QueueFull extends AppError {
  constructor() {
    super('not-ready', 'The model server has more requests waiting than it takes', {
      mend: 'Send again a moment later, or run more replicas.',
    })
  }
}
