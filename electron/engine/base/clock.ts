/** Milliseconds since 1970 UTC. Handed in wherever time matters, so that tests can hold it still. */
export type Clock = () => number
export const systemClock: Clock = () => Date.now()
