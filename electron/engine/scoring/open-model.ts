import { join } from 'node:path'
import { type DeviceChoice, type DeviceId, deviceIds } from '../../../shared/model/run.ts'
import type { JobContext } from '../jobs/index.ts'
import { chooseDevice, openPredictor, type Predictor, predictorOf, probeDevices, readBundle } from '../runtime/index.ts'

/** The bundle in a job's `in/bundle`, on the device asked for; one that cannot be used is told in the log, and the CPU is used. */
export async function openModel(
  choice: DeviceChoice,
  context: JobContext,
): Promise<{ predictor: Predictor; device: DeviceId }> {
  const folder = join(context.folder, 'in', 'bundle')
  const bundle = await readBundle(folder)
  // Linear models and trees are done before a device has taken its first bytes.
  if (choice === 'cpu' || (choice === 'auto' && bundle.provenance.algorithm !== 'neural-network')) {
    return { predictor: await predictorOf(bundle), device: 'cpu' }
  }
  const devices = await probeDevices({ signal: context.signal })
  const { device, warnings } = chooseDevice(choice, devices, { devices: deviceIds, reason: '' })
  for (const warning of warnings) context.log(warning, 'warn')
  return { predictor: await openPredictor(folder, { device }), device }
}
