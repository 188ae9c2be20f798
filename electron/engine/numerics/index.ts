export { Pcg32 } from './random.ts'
