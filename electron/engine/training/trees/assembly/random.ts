// PCG32 (O'Neill 2014, "PCG: A family of simple fast space-efficient statistically good algorithms", XSH RR), as `numerics` has it.
/** 6364136223846793005 */
const multiplier: u64 = ((<u64>0x5851_f42d) << 32) | 0x4c95_7f2d
let state: u64 = 0
let increment: u64 = 1

/** Starts the thread's stream of random numbers anew. */
export function seedRandom(seed: u64, stream: u64): void {
  state = 0
  increment = (stream << 1) | 1
  nextRandom()
  state += seed
  nextRandom()
}

function nextRandom(): u32 {
  const old = state
  state = old * multiplier + increment
  return rotr<u32>(<u32>(((old >> 18) ^ old) >> 27), <u32>(old >> 59))
}

/** A whole number from 0 to `limit` − 1, by the high half of a product; the bias is below limit / 2³². */
export function randomBelow(limit: u32): u32 {
  return <u32>((<u64>nextRandom() * <u64>limit) >> 32)
}
