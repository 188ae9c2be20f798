export { argsort } from './argsort.ts'
export { Pcg32 } from './random.ts'
export { Resampler } from './resampler.ts'
export { mean, quantile, quantileOfSorted, variance } from './statistics.ts'
