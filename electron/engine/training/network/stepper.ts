import type { Placement } from '../../../../shared/model/run.ts'

/** Rows [count, …] of features and targets, row-major. */
export interface Rows {
  count: number
  features: Float32Array
  targets: Float32Array
}

/** The parameters at one moment, wherever they lie. Only the stepper that gave it can read it. */
export type StateHandle = { readonly state: readonly unknown[] }

/** Moves the parameters along, on one device. */
export interface Stepper {
  /** How many steps the next call should take, at most `remaining`: a call should last about 150 ms. */
  plan(remaining: number): number
  /** `steps` steps: `rows` [steps, batch], `scalars` [steps, …]. Gives each step's mean loss. */
  run(rows: Int32Array, scalars: Float32Array, steps: number): Promise<Float32Array>
  /** Mean loss of the validation rows with the parameters as they are; NaN where there are none. */
  validationLoss(): Promise<number>
  /** The parameters as they are, kept until `release`. */
  capture(): StateHandle
  release(handle: StateHandle): void
  read(handle: StateHandle): Promise<Float32Array[]>
  /** All that it moves along, as it is now: parameters, then what the optimizer keeps. Valid until the next step. */
  state(): Promise<Float32Array[]>
  /** Share of operators and time by provider, of the graph that steps. */
  placement(): Promise<Placement[]>
  /** Bytes that crossed between host and device, by step, training only; null where host and device are one. */
  bytesPerStep(): number | null
  close(): Promise<void>
}

export const callMs = 150
