export { fitDenseEncoder } from './dense-encoder.ts'
export type { Encoder } from './encoder.ts'
export { fitTreeEncoder } from './tree-encoder.ts'
