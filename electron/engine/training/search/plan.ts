import type { Parameters } from '../../../../shared/model/run.ts'
import type { Strategy } from '../../../../shared/model/search.ts'
import { Pcg32 } from '../../numerics/index.ts'
import type { Space } from './space.ts'
import { type Proposal, proposeRandom, proposeTpe, type Tried } from './tpe.ts'

/** Of the settings at one share of the rows the best of so many goes on to the next. */
const eta = 3
/** So many algorithms get their often good settings tried. */
const mostHelped = 3

/** A setting to be tried on a share of the training rows. */
export interface Attempt extends Proposal {
  share: number
}

interface Entry {
  parameters: Parameters
  algorithm: string
  /** Lower is better; infinite where it failed, null while it runs. */
  loss: number | null
  isPromoted: boolean
}

type May = (algorithm: string, share: number) => boolean

/** What may be tried on all rows: at all, after another attempt, and in a small part of the time that is left. */
export interface Chances {
  now: May
  later: May
  quick: May
}

/** A plan as a checkpoint holds it. */
export interface PlanState {
  rungs: Entry[][]
  begun: number
  random: ReturnType<Pcg32['save']>
}

export interface PlanOptions {
  /** In the order in which their defaults are tried. */
  spaces: readonly Space[]
  strategy: Exclude<Strategy, 'auto'>
  /** Of the training rows, ascending, the last is 1; one alone without halving. */
  shares: readonly number[]
  seed: number
}

/** What to try next: the defaults of each algorithm first, then what the strategy proposes from what came of the others. */
export class Plan {
  readonly #options: PlanOptions
  readonly #random: Pcg32
  readonly #rungs: Entry[][]
  readonly #entries = new Map<Attempt, Entry>()
  #begun = 0
  /** What a process before this one had begun and not ended. */
  readonly #cut: Attempt[] = []

  constructor(options: PlanOptions) {
    this.#options = options
    this.#random = new Pcg32(options.seed, 5)
    this.#rungs = options.shares.map(() => [])
  }

  /** Whether a full trial was held to be worth it on fewer rows before. */
  get isHalving(): boolean {
    return this.#options.shares.length > 1
  }

  /** The next attempt; of the spaces only those that `may` be tried at this share. Null when none may. */
  next(may: May = () => true): Attempt | null {
    return this.#again(may) ?? this.#promotion(may) ?? this.#fresh(may)
  }

  #again(may: May): Attempt | null {
    const place = this.#cut.findIndex(({ algorithm, share }) => may(algorithm, share))
    return place < 0 ? null : this.#cut.splice(place, 1)[0]!
  }

  save(): PlanState {
    return { rungs: this.#rungs, begun: this.#begun, random: this.#random.save() }
  }

  /** Goes on where another plan of the same options was; what that one had begun comes first. */
  restore({ rungs, begun, random }: PlanState): void {
    this.#begun = begun
    this.#random.restore(random)
    for (const [rung, entries] of rungs.entries()) {
      this.#rungs[rung]!.push(...entries)
      for (const entry of entries.filter(({ loss }) => loss === null)) this.#cut.push(this.#attempt(rung, entry))
    }
  }

  /** The best that has not been tried on all rows, now to be: for when there is no time left to wait for its turn. */
  shortcut(may: May): Attempt | null {
    const chosen = this.#untried().find(({ algorithm }) => may(algorithm, 1))
    return chosen ? this.#promote(chosen, this.#rungs.length - 1) : null
  }

  /**
   * The same where the best that may be tried on all rows `now` may not be any more `later`, after another attempt, and did better on a part of them
   * than any has on all. What is `quick` goes first where none was tried on all yet, so that there is one whatever comes of the best.
   */
  lastChance({ now, later, quick }: Chances): Attempt | null {
    const untried = this.#untried()
    const chosen = untried.find(({ algorithm }) => now(algorithm, 1))
    const full = this.#rungs.at(-1)!
    if (!chosen || later(chosen.algorithm, 1)) return null
    if (full.some(({ loss }) => loss !== null && loss <= chosen.loss!)) return null
    const sure = full.length ? undefined : untried.find(({ algorithm }) => quick(algorithm, 1))
    return this.#promote(sure ?? chosen, this.#rungs.length - 1)
  }

  /** What has been tried on a part of the rows only, the best first. */
  #untried(): Entry[] {
    const known = this.#rungs
      .slice(0, -1)
      .flat()
      .filter(({ loss, isPromoted }) => !isPromoted && loss !== null && Number.isFinite(loss))
    return known.toSorted((a, b) => a.loss! - b.loss!)
  }

  /** Tells what came of an attempt. */
  ended(attempt: Attempt, loss: number | null): void {
    const entry = this.#entries.get(attempt)
    if (entry) entry.loss = loss ?? Number.POSITIVE_INFINITY
    this.#entries.delete(attempt)
  }

  #fresh(may: May): Attempt | null {
    const [share] = this.#options.shares as [number]
    while (this.#begun < this.#options.spaces.length) {
      const { algorithm, first } = this.#options.spaces[this.#begun]!
      this.#begun += 1
      if (may(algorithm, share)) return this.#enter(0, { algorithm, parameters: first })
    }
    const known = this.#oftenGood().find(({ algorithm }) => may(algorithm, share))
    if (known) return this.#enter(0, known)
    const spaces = this.#options.spaces.filter(
      ({ algorithm, dimensions }) => dimensions.length && may(algorithm, share),
    )
    if (!spaces.length) return null
    const { strategy } = this.#options
    const proposal =
      strategy === 'random'
        ? proposeRandom(spaces, this.#random)
        : proposeTpe(spaces, this.#tried(spaces), this.#random)
    return this.#enter(0, proposal)
  }

  /** Of the few algorithms whose defaults did best, what often does well and was not tried yet; the best algorithm first. */
  #oftenGood(): Proposal[] {
    if (this.#options.strategy === 'random') return []
    const lossOf = ({ algorithm }: Space) => this.#rungs[0]!.find(each => each.algorithm === algorithm)?.loss ?? null
    return this.#options.spaces
      .filter(space => lossOf(space) !== null && space.oftenGood.length)
      .toSorted((a, b) => lossOf(a)! - lossOf(b)!)
      .slice(0, mostHelped)
      .flatMap(({ algorithm, oftenGood }) => oftenGood.map((parameters, place) => ({ algorithm, parameters, place })))
      .filter(({ algorithm, place }) => this.#timesOf(algorithm) === place + 1)
      .map(({ algorithm, parameters }) => ({ algorithm, parameters }))
  }

  #timesOf(algorithm: string): number {
    return this.#rungs[0]!.filter(each => each.algorithm === algorithm).length
  }

  /** What was tried at the largest share that has enough of them to go by. */
  #tried(spaces: readonly Space[]): Tried[] {
    const enough = this.#rungs.findLast(rung => rung.filter(({ loss }) => loss !== null).length >= 4 * spaces.length)
    return (enough ?? this.#rungs[0]!).map(({ algorithm, parameters, loss }) => ({
      ...{ algorithm, parameters, loss: loss ?? Number.POSITIVE_INFINITY },
    }))
  }

  /** From the largest share down: the best that is among the better third and has not gone on. */
  #promotion(may: May): Attempt | null {
    for (let rung = this.#rungs.length - 2; rung >= 0; rung -= 1) {
      const known = this.#rungs[rung]!.filter(({ loss }) => loss !== null && Number.isFinite(loss))
      const better = known.toSorted((a, b) => a.loss! - b.loss!).slice(0, Math.floor(known.length / eta))
      const share = this.#options.shares[rung + 1]!
      const chosen = better.find(({ algorithm, isPromoted }) => !isPromoted && may(algorithm, share))
      if (chosen) return this.#promote(chosen, rung + 1)
    }
    return null
  }

  #promote(entry: Entry, rung: number): Attempt {
    entry.isPromoted = true
    return this.#enter(rung, entry)
  }

  #enter(rung: number, { algorithm, parameters }: Proposal): Attempt {
    const entry: Entry = { algorithm, parameters, loss: null, isPromoted: false }
    this.#rungs[rung]!.push(entry)
    return this.#attempt(rung, entry)
  }

  #attempt(rung: number, entry: Entry): Attempt {
    const { algorithm, parameters } = entry
    const attempt: Attempt = { algorithm, parameters, share: this.#options.shares[rung]! }
    this.#entries.set(attempt, entry)
    return attempt
  }
}

/** The shares of the training rows that are tried, by thirds down to `least` rows; at most four. */
export function sharesOf(rows: number, least: number): number[] {
  const shares = [1]
  while (shares.length < 4 && rows * (shares[0]! / eta) >= least) shares.unshift(shares[0]! / eta)
  return shares
}
