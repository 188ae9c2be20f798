import type { PipelineGraph, PipelineNode } from '../../../shared/model/pipeline.ts'

/** A job, or a thing that jobs read and made. */
export type Place = Pick<PipelineNode, 'kind' | 'id'>

/** What stands one step before and after a place; the nearest in time first, at most `limit` each way. */
export interface Steps {
  before(place: Place, limit: number): Place[]
  after(place: Place, limit: number): Place[]
}

export type Found = { places: Place[] } & Pick<PipelineGraph, 'edges' | 'isWhole'>

const keyOf = ({ kind, id }: Place) => `${kind} ${id}`

/** Places in the order in which they were found, up to a number. */
class Places {
  readonly #found = new Map<string, Place>()
  readonly #limit: number
  isWhole = true

  constructor(limit: number) {
    this.#limit = limit
  }

  /** True when it is new and there was room. */
  add(place: Place): boolean {
    if (this.#found.has(keyOf(place))) return false
    if (this.#found.size < this.#limit) this.#found.set(keyOf(place), place)
    else this.isWhole = false
    return this.#found.has(keyOf(place))
  }

  get all(): Place[] {
    return [...this.#found.values()]
  }
}

/** All that a place came from and all that it led to, nearest first. What it came from takes at most half of the room. */
export function around(start: Place, steps: Steps, limit: number): Found {
  const behind = new Places(Math.ceil(limit / 2))
  walk(behind, start, place => steps.before(place, limit))
  const places = new Places(limit)
  for (const place of behind.all) places.add(place)
  const ahead = new Places(limit - behind.all.length + 1)
  walk(ahead, start, place => steps.after(place, limit))
  for (const place of ahead.all) places.add(place)
  const isWhole = behind.isWhole && ahead.isWhole && places.isWhole
  return { places: places.all, edges: edgesOf(places.all, steps, limit), isWhole }
}

/** The jobs given with what each of them read and made, and what follows from that without a job, as long as there is room. */
export function newest(jobs: Place[], steps: Steps, limit: number): Found {
  const places = new Places(limit)
  for (const job of jobs) {
    places.add(job)
    for (const thing of [...steps.before(job, limit), ...steps.after(job, limit)]) {
      places.add(thing)
      const beside = [...steps.before(thing, limit), ...steps.after(thing, limit)]
      for (const other of beside) if (other.kind !== 'job') places.add(other)
    }
    if (!places.isWhole) break
  }
  return { places: places.all, edges: edgesOf(places.all, steps, limit), isWhole: places.isWhole }
}

function walk(places: Places, start: Place, next: (place: Place) => Place[]): void {
  places.add(start)
  for (let from = [start]; from.length > 0; ) {
    from = from.flatMap(place => next(place).filter(each => places.add(each)))
  }
}

/** Both ends are asked: a dataset may have been read more often than a step tells, a training knows its dataset. */
function edgesOf(places: Place[], steps: Steps, limit: number): PipelineGraph['edges'] {
  const at = new Map(places.map((place, i) => [keyOf(place), i]))
  const edges = new Map<string, { from: number; to: number }>()
  const put = (from: number | undefined, to: number | undefined) => {
    if (from !== undefined && to !== undefined && from !== to) edges.set(`${from} ${to}`, { from, to })
  }
  for (const [i, place] of places.entries()) {
    for (const each of steps.before(place, limit)) put(at.get(keyOf(each)), i)
    for (const each of steps.after(place, limit)) put(i, at.get(keyOf(each)))
  }
  return [...edges.values()]
}
