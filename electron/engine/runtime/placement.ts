import { readdir, readFile, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { DeviceId, Placement } from '../../../shared/model/run.ts'
import { fallbackReason } from './operators.ts'
import { type Feeds, openSession, type SessionOptions } from './session.ts'

interface ProfileEvent {
  cat: string
  name: string
  /** Microseconds. */
  dur?: number
  args?: { provider?: string; op_name?: string }
}

const providerDevices: Record<string, DeviceId> = {
  CPUExecutionProvider: 'cpu',
  WebGpuExecutionProvider: 'webgpu',
  CUDAExecutionProvider: 'cuda',
  DmlExecutionProvider: 'dml',
  CoreMLExecutionProvider: 'coreml',
}

/** Their bodies are counted, not they themselves. */
const containers = new Set(['Scan', 'Loop', 'If'])
/** Copies that onnxruntime puts between providers: their time counts, operators they are not. */
const copies = new Set(['MemcpyToHost', 'MemcpyFromHost'])

/**
 * Which share of a session's operators and of their time ran where, from the profile that onnxruntime wrote. `wanted` is
 * the device that was asked for and comes first; every other provider says which operators fell to it and why. Empty for
 * a profile without operators.
 */
export async function readPlacement(profileFile: string, wanted: DeviceId): Promise<Placement[]> {
  return placementOf(JSON.parse(await readFile(profileFile, 'utf8')) as ProfileEvent[], wanted)
}

export function placementOf(events: readonly ProfileEvent[], wanted: DeviceId): Placement[] {
  const providers = new Map<string, { operators: number; time: number; names: Set<string> }>()
  const total = { operators: 0, time: 0 }
  for (const { cat, name, dur = 0, args } of events) {
    const { provider, op_name: operator } = args ?? {}
    if (cat !== 'Node' || !name.endsWith('_kernel_time') || !provider || !operator || containers.has(operator)) continue
    const id = providerDevices[provider] ?? provider
    const share = providers.get(id) ?? { operators: 0, time: 0, names: new Set<string>() }
    providers.set(id, share)
    share.time += dur
    total.time += dur
    if (copies.has(operator)) continue
    share.operators += 1
    total.operators += 1
    share.names.add(operator)
  }
  return [...providers]
    .filter(([, { operators }]) => operators > 0)
    .map(([provider, { operators, time, names }]) => ({
      provider,
      operatorShare: operators / total.operators,
      timeShare: total.time > 0 ? time / total.time : operators / total.operators,
      reasons: provider === wanted ? [] : [...names].map(name => fallbackReason(name, wanted)),
    }))
    .toSorted((one, other) => Number(other.provider === wanted) - Number(one.provider === wanted))
}

export interface ProfileOptions extends SessionOptions {
  device: DeviceId
  /** Where the profile lies for a moment. */
  temporaryFolder: string
}

/** Runs `model` once with `feeds` in a session of its own that is profiled, and reads the placement. */
export async function profileRun(model: Uint8Array, feeds: Feeds, options: ProfileOptions): Promise<Placement[]> {
  const prefix = join(options.temporaryFolder, `profile-${process.pid}-${performance.now().toFixed(3)}`)
  const session = await openSession(model, {
    ...options,
    extra: { ...options.extra, enableProfiling: true, profileFilePrefix: prefix },
  })
  await session.run(feeds)
  session.endProfiling()
  await session.release()
  const folder = dirname(prefix)
  const name = (await readdir(folder)).find(file => file.startsWith(basename(prefix)))
  if (!name) return []
  const placement = await readPlacement(join(folder, name), options.device)
  await rm(join(folder, name))
  return placement
}
