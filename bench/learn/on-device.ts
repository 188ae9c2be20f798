import { largePages } from '../../electron/engine/jobs/large-pages.ts'
import { softwareAdapter } from '../../electron/engine/runtime/testing/software-adapter.ts'
import type { DeviceId } from '../../shared/model/run.ts'
import { run, threads } from '../tools/peers.ts'
import type { DataSet } from './data.ts'
import { ours } from './programs.ts'

export { softwareAdapter }

/** The three networks that are held against PyTorch's. */
export const networks = [
  { work: 'network 784-256-10', learner: 'dense-network', data: '60 k × 784' },
  { work: 'small CNN', learner: 'convolution', data: '60 k × 784' },
  { work: '10 embeddings, 10 M parameters', learner: 'tabular-network', data: '25 k × 20' },
] as const

export type Precision = 'float32' | 'mixed'

export interface OnDevice {
  /** Of the middle epoch. */
  seconds: number
  /** Of the operators' time, in the graph that steps. */
  shareElsewhere: number
  bytesPerStep: number
  batchBytes: number
  /** Of the time of steps, what the device waited for their rows. */
  waitingShare: number
  accuracy: number
}

/** A software adapter takes seconds a step: where operators run, and what crosses, a small batch tells as well. */
const softwareRows = 32

/** One training of a network on a device, in a process of its own. Rejects where it fell back to the CPU, with the reason. */
export async function trainOn(
  device: DeviceId,
  { learner }: (typeof networks)[number],
  folder: string,
  data: DataSet,
  { isSoftware, precision = 'float32' }: { isSoftware: boolean; precision?: Precision },
): Promise<OnDevice> {
  const spec = JSON.stringify({ ...data, threads, device, precision, ...(isSoftware ? { most: softwareRows } : {}) })
  const environment = { ...largePages(), ...(isSoftware ? softwareAdapter : {}) }
  return JSON.parse(await run(process.execPath, [ours(learner), folder, spec], environment)) as OnDevice
}

/** What of `trained` is held to the table's bars for a device: operators that it leaves to others, and bytes that cross. */
export const placementRows = (
  { shareElsewhere, bytesPerStep, batchBytes, waitingShare }: OnDevice,
  device: DeviceId,
) => [
  {
    ...{ work: `operator time elsewhere than on ${device}, of all`, unit: '1' },
    ...{ lathe: shareElsewhere, peer: 1, ratio: shareElsewhere, bar: 0.05, moonshot: 0.01 },
  },
  {
    ...{ work: 'host ↔ device a step, against the batch', unit: 'B' },
    ...{ lathe: bytesPerStep, peer: batchBytes, ratio: bytesPerStep / batchBytes, bar: 1, moonshot: null },
  },
  {
    ...{ work: 'time in which it waits for its rows, of all', unit: '1' },
    ...{ lathe: waitingShare, peer: 1, ratio: waitingShare, bar: null, moonshot: null },
  },
]
