import { arrivedAt, generationAt, threads } from './layout'

/** Polls before a waiting thread sleeps, some 300 µs: to be woken takes as long as the work between two meetings on small leaves. */
const polls = 200_000

/** All threads wait here for the last of them. */
export function meet(): void {
  if (threads === 1) return
  const generation = atomic.load<i32>(generationAt)
  if (atomic.add<i32>(arrivedAt, 1) === threads - 1) {
    atomic.store<i32>(arrivedAt, 0)
    atomic.store<i32>(generationAt, generation + 1)
    atomic.notify(generationAt, -1)
    return
  }
  for (let i = 0; i < polls; i++) if (atomic.load<i32>(generationAt) !== generation) return
  while (atomic.load<i32>(generationAt) === generation) atomic.wait<i32>(generationAt, generation, -1)
}
