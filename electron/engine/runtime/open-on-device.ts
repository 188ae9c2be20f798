import type { DeviceChoice, DeviceId } from '../../../shared/model/run.ts'
import { deviceIds } from '../../../shared/model/run.ts'
import { readBundle } from './bundle.ts'
import { chooseDevice, probeDevices } from './devices.ts'
import { type Predictor, predictorOf } from './predictor.ts'

/** Graphics cards add in other orders, and multiply with fewer digits, than the CPU on which golden answers were made. */
const deviceTolerance = 1e-3
/** The weights, and once more as much for what passes through them. */
const memoryFactor = 2

export interface OpenedModel {
  predictor: Predictor
  device: DeviceId
  /** Why it is not the device that was named. */
  warnings: string[]
}

/**
 * The bundle in a folder, on the device asked for. There it has to answer its golden rows as ever: a device that cannot be had, fails
 * with this model, or answers otherwise gives its reason as a warning, and the CPU is used. `auto` takes another device for
 * networks only: other models are done before a device has taken its first bytes.
 */
export async function openOnDevice(
  folder: string,
  choice: DeviceChoice,
  context: { signal?: AbortSignal; log(message: string, level: 'warn'): void },
): Promise<OpenedModel> {
  const bundle = await readBundle(folder)
  const onCpu = async (warnings: string[]): Promise<OpenedModel> => {
    for (const warning of warnings) context.log(warning, 'warn')
    return { predictor: await predictorOf(bundle), device: 'cpu', warnings }
  }
  if (choice === 'cpu' || (choice === 'auto' && bundle.provenance.algorithm !== 'neural-network')) return onCpu([])
  const modelBytes = bundle.manifest.files.find(({ role }) => role === 'model')?.sizeBytes ?? 0
  const needs = { devices: deviceIds, reason: '', memoryBytes: memoryFactor * modelBytes }
  const { device, warnings } = chooseDevice(choice, await probeDevices({ signal: context.signal }), needs)
  if (device === 'cpu') return onCpu(warnings)
  const obstacle = await tryGolden()
  if (typeof obstacle !== 'string') return { predictor: obstacle, device, warnings }
  return onCpu([...warnings, `${device} is not used: ${obstacle}. The CPU is used.`])

  async function tryGolden(): Promise<Predictor | string> {
    let predictor: Predictor | null = null
    try {
      predictor = await predictorOf(bundle, { device })
      const { worst, message } = await predictor.runGolden()
      if (worst <= deviceTolerance) return predictor
      await predictor.close()
      return message
    } catch (error) {
      await predictor?.close()
      return (error as Error).message
    }
  }
}
