import type { ForestTree } from './forest.ts'

/** What is kept of it in a checkpoint. */
export interface OutOfBagSums {
  /** [rows, outputs] */
  sums: Float32Array
  /** How many trees a training row was left out of. */
  counts: Int32Array
}

/** The sums of a forest that has no tree yet; `outputs` is 1 where leaves hold a mean. */
export function noSums(rows: number, outputs: number): OutOfBagSums {
  return { sums: new Float32Array(rows * outputs), counts: new Int32Array(rows) }
}

/** Adds what a tree answers to the rows that it did not draw: `leaves` has the leaf of each of them, −1 for the others. */
export function addOutOfBag({ sums, counts }: OutOfBagSums, tree: ForestTree, leaves: Int32Array): void {
  const outputs = sums.length / counts.length
  for (let row = 0; row < leaves.length; row += 1) {
    const leaf = leaves[row]!
    if (leaf < 0) continue
    counts[row]! += 1
    if (outputs === 1) sums[row]! += tree.value[leaf]!
    else for (let k = 0; k < outputs; k += 1) sums[row * outputs + k]! += tree.shares[tree.place[leaf]! * outputs + k]!
  }
}

/**
 * The mean over the trees that did not draw a row, of the rows that there is such a tree for: their places among the training rows, and the
 * answers [places, outputs] (Breiman 1996, "Out-of-bag estimation"; 2001, "Random forests", 3.1).
 */
export function outOfBagMeans({ sums, counts }: OutOfBagSums): { places: Int32Array; means: Float64Array } {
  const outputs = sums.length / counts.length
  const places = Int32Array.from(counts.keys()).filter(place => counts[place]! > 0)
  const means = Float64Array.from({ length: places.length * outputs }, (_, i) => {
    const place = places[Math.floor(i / outputs)]!
    return sums[place * outputs + (i % outputs)]! / counts[place]!
  })
  return { places, means }
}
