import { cpus } from 'node:os'
import { AppError } from '../../../shared/errors.ts'
import { formatBytes } from '../../../shared/lib/format.ts'
import type { DeviceChoice, DeviceId } from '../../../shared/model/run.ts'
import { deviceIds } from '../../../shared/model/run.ts'
import type { Device } from '../../../shared/model/workspace.ts'
import { machineMemory } from '../base/index.ts'
import { cudaObstacle, cudaState } from './cuda-libraries.ts'
import { nvidiaCard } from './device-memory.ts'
import type { ProbeReport } from './device-probe.ts'
import { withoutHalves } from './operators.ts'
import { type ProbeOptions, runProbe } from './probe-process.ts'

const keepMs = 10 * 60_000

const names: Record<Exclude<DeviceId, 'cpu'>, string> = {
  webgpu: 'WebGPU',
  cuda: 'NVIDIA CUDA',
  dml: 'DirectML',
  coreml: 'Core ML',
}

let known: { devices: Device[]; atMs: number } | null = null

/** They are tried anew when they are next asked for. */
export function forgetDevices(): void {
  known = null
}

export interface DeviceProbeOptions extends ProbeOptions {
  /** Tries the devices again even where an answer younger than ten minutes is known to this process. */
  fresh?: boolean
}

/**
 * What this machine computes on: a small matrix product is tried on every device, each in a process of its own that may
 * die. Takes 0.3 s for a CPU alone and a few seconds where a graphics adapter starts up. Throws only when aborted.
 */
export async function probeDevices(options: DeviceProbeOptions = {}): Promise<Device[]> {
  if (known && !options.fresh && Date.now() - known.atMs < keepMs) return known.devices
  const reports = await Promise.all(
    deviceIds.map(async device => ({ device, report: await runProbe([device], options) })),
  )
  const devices = await Promise.all(reports.map(({ device, report }) => describe(device, report)))
  known = { devices, atMs: Date.now() }
  return devices
}

async function describe(device: DeviceId, report: ProbeReport): Promise<Device> {
  const { gigaflops, float16, error, backends } = report
  const card = device === 'cuda' && gigaflops !== null ? await nvidiaCard() : null
  const name = device === 'cpu' ? `${cpus()[0]?.model ?? 'CPU'} × ${cpus().length}` : (card?.name ?? names[device])
  const absent = backends.length > 0 && !backends.includes(device)
  const detail = absent
    ? `this build of onnxruntime has ${backends.join(', ')}, not ${device}`
    : error !== null
      ? ((isCudaAbsent(error) ? await whyNoCuda() : null) ?? error)
      : `${(gigaflops ?? 0).toPrecision(3)} GFLOP/s in a float32 matrix product`
  const memoryBytes = sharesMemory(device) ? machineMemory() : (card?.memoryBytes ?? null)
  return { device, available: gigaflops !== null, name, detail, memoryBytes, gigaflops, float16 }
}

/** The CPU, and on Apple's own chips the graphics part too: all of the machine's memory is theirs. */
const sharesMemory = (device: DeviceId) =>
  device === 'cpu' ||
  (process.platform === 'darwin' && process.arch === 'arm64' && (device === 'webgpu' || device === 'coreml'))

/** onnxruntime says of its CUDA part only that it could not be loaded, not why. */
const isCudaAbsent = (error: string) => /Cuda: Failed to load shared library/.test(error)

async function whyNoCuda(): Promise<string | null> {
  const state = await cudaState()
  return state && (cudaObstacle(state) ?? 'its libraries are there and do not load')
}

export interface DeviceNeeds {
  /** Devices that can do the work at all, and why no others: an algorithm's `devices` and `deviceReason`. */
  devices: readonly DeviceId[]
  reason: string
  /** What has to fit into the device's memory at once. */
  memoryBytes?: number
  /** Products in float16: a device without them is never taken, nor the CPU in its place. */
  float16?: boolean
}

export interface ChosenDevice {
  device: DeviceId
  /** Why it is not the device that was named. Empty for `auto`. */
  warnings: string[]
}

/**
 * `auto` takes the device with the most measured GFLOP/s that can hold the work; so a software adapter that is slower
 * than the CPU is never taken. A named device that cannot be had gives its reason as a warning, and the CPU is used.
 * Throws `device-unavailable` when not even the CPU can do the work, or
 * where float16 is needed and the device does not have it.
 */
export function chooseDevice(choice: DeviceChoice, devices: readonly Device[], needs: DeviceNeeds): ChosenDevice {
  const obstacles = new Map(devices.map(device => [device.device, obstacleOf(device, needs)]))
  const usable = devices.filter(({ device }) => obstacles.get(device) === null)
  const warnings: string[] = []
  if (choice !== 'auto') {
    const obstacle = obstacles.has(choice) ? obstacles.get(choice) : 'it was not probed'
    if (obstacle === null) return { device: choice, warnings }
    if (choice !== 'cpu') warnings.push(`${choice} is not used: ${obstacle}. The CPU is used.`)
    if (choice !== 'cpu' && usable.some(({ device }) => device === 'cpu')) return { device: 'cpu', warnings }
  }
  const candidates = choice === 'auto' ? usable : usable.filter(({ device }) => device === 'cpu')
  const best = candidates.toSorted((one, other) => (other.gigaflops ?? 0) - (one.gigaflops ?? 0))[0]
  if (best) return { device: best.device, warnings }
  if (needs.float16) throw withoutFloat16(choice, devices, obstacles)
  const reasons = [...obstacles].map(([device, obstacle]) => `${device}: ${obstacle}`).join('; ')
  throw new AppError('device-unavailable', `No device can do the work (${reasons})`, {
    mend: 'Use less data or a smaller model, or close other programs; `lathe doctor` shows what each device said.',
  })
}

/** Why `device` cannot do the work, or null. */
function obstacleOf(device: Device, needs: DeviceNeeds): string | null {
  if (!needs.devices.includes(device.device)) return needs.reason
  // Whatever it said when it was tried.
  if (needs.float16 && device.device === 'cpu') return withoutHalves('cpu')
  if (!device.available) return device.detail
  if (needs.memoryBytes !== undefined && device.memoryBytes !== null && needs.memoryBytes > device.memoryBytes) {
    return `the work takes ${formatBytes(needs.memoryBytes)}, it has ${formatBytes(device.memoryBytes)}`
  }
  return needs.float16 && !device.float16 ? withoutHalves(device.device) : null
}

function withoutFloat16(
  choice: DeviceChoice,
  devices: readonly Device[],
  obstacles: ReadonlyMap<DeviceId, string | null>,
): AppError {
  const able = devices.filter(({ device }) => obstacles.get(device) === null).map(({ device }) => device)
  const reasons = [...obstacles].filter(([device]) => choice === 'auto' || device === choice)
  const told = reasons.map(([device, obstacle]) => `${device}: ${obstacle}`).join('; ')
  return new AppError('device-unavailable', `Mixed precision wants a device with float16 (${told})`, {
    mend: able.length
      ? `Use the device ${able.join(' or ')}, or set precision to float32.`
      : 'Set precision to float32; `lathe doctor` shows what each device has.',
  })
}
