import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'

/** How the learning rate goes over a training. */
export interface RateSchedule {
  id: string
  /** What the rate is multiplied by; `share` of the steps are done, from 0 to below 1. */
  factor(share: number): number
}

/** Of the steps, those over which the rate rises from nothing at first. */
const warmUp = 0.05
const rising = (share: number, after: (share: number) => number) =>
  share < warmUp ? (share + 1e-3) / (warmUp + 1e-3) : after((share - warmUp) / (1 - warmUp))

export const schedules = defineRegistry<RateSchedule>(
  [
    { id: 'constant', factor: () => 1 },
    // Half a cosine (Loshchilov and Hutter 2017, without restarts).
    { id: 'cosine', factor: share => rising(share, rest => (1 + Math.cos(Math.PI * rest)) / 2) },
    { id: 'linear', factor: share => rising(share, rest => 1 - rest) },
  ],
  (id, known) =>
    new AppError('bad-input', `No schedule is called "${id}"`, { mend: `Use one of ${known.join(', ')}.` }),
)
