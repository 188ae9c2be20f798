import { totalmem } from 'node:os'

/** All bytes of memory that a process here can have: the machine's, or what its container is held to. */
export function machineMemory(): number {
  // Without a limit it is 0, or more than there is.
  return Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY)
}
