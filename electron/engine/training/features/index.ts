export { fitDenseEncoder } from './dense-encoder.ts'
export type { Encoder } from './encoder.ts'
export { fitTreeEncoder, type TreeEncoder } from './tree-encoder.ts'
