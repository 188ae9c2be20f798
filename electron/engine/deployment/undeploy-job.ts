import type { JobFunction } from '../jobs/index.ts'
import { targets } from './targets/index.ts'
import type { Place } from './targets/target.ts'

/** Takes a deployment away wholly, whatever state it is in. */
export const undeployJob: JobFunction<Place, null> = async (place, context) => {
  await targets.get(place.deployment.target).remove(place, {
    signal: context.signal,
    progress: (fraction, phase) => context.progress(fraction, phase),
    log: (message, level) => context.log(message, level),
  })
  return null
}
