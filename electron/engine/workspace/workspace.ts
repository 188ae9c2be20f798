import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import type { CudaLibraries, Device, WorkspaceInfo } from '../../../shared/model/workspace.ts'
import { latheVersion } from '../../../shared/version.ts'
import type { Clock, EventSink, Logger } from '../base/index.ts'
import { egress } from '../clients/index.ts'
import { backUp, listBackups, type Registry } from '../registry/index.ts'
import { cudaState, forgetDevices } from '../runtime/index.ts'
import { type DoctorSources, examine } from './doctor.ts'
import type { ConnectionLedger } from './ledger.ts'
import { openInPython, type PythonSources } from './python.ts'
import { removeSample, sampleFiles } from './sample.ts'

export interface WorkspaceOptions {
  registry: Registry
  clock: Clock
  logger: Logger
  boot: string
  events: EventSink
  ledger: ConnectionLedger
  sources: DoctorSources
  python: Omit<PythonSources, 'registry'>
  /** Ends the engine; `then` runs when its registry is closed and before the workspace is let go. */
  stop(then?: () => Promise<void>): void
  restore(file: string): Promise<{ restored: string; kept: string | null }>
}

/** The switch's place in the registry: it survives a restart. */
const airGapKey = 'air-gap'
const dayMs = 24 * 3600 * 1000

export interface WorkspaceService {
  operations: Operations<Omit<Contract['workspace'], 'setUpCuda' | 'removeCuda'>>
  /** The devices are tried again when they are next asked for. */
  forgetDevices(): void
  close(): void
}

/** The workspace as a whole: what it is, its health, its backups, its end. Backs the registry up once a day. */
export function createWorkspace(options: WorkspaceOptions): WorkspaceService {
  const { registry, clock } = options
  const startedAt = clock()
  const unheard = egress.onConnections(counts => options.ledger.add(counts))
  egress.setAirGap(registry.meta(airGapKey) === 'on')
  const daily = async () => {
    const [newest] = (await listBackups(registry.workspace)).filter(backup => backup.reason === 'daily')
    if (newest && clock() - newest.createdAt < dayMs) return
    await backUp(registry.database, { workspace: registry.workspace, nowMs: clock(), reason: 'daily' })
  }
  const backUpDaily = () => daily().catch(error => options.logger.error({ err: error }, 'the daily backup failed'))
  // Not in the first seconds, when the user waits for the engine.
  const first = setTimeout(backUpDaily, 30_000)
  const hourly = setInterval(backUpDaily, 3600 * 1000)
  first.unref()
  hourly.unref()

  let devices: Promise<{ devices: Device[]; cuda: CudaLibraries | null }> | null = null
  const info = (): WorkspaceInfo => ({
    version: latheVersion,
    workspace: registry.workspace,
    workspaceId: registry.meta('workspace') ?? '',
    boot: options.boot,
    pid: process.pid,
    startedAt,
    notices: [...options.sources.notices],
    secretsUnlocked: options.sources.secrets.unlocked,
    airGap: egress.isAirGapped,
  })

  async function askDevices() {
    return { devices: await options.sources.devices({}), cuda: await cudaState() }
  }

  return {
    forgetDevices() {
      devices = null
      forgetDevices()
      options.events.publish({ type: 'changed', entity: 'workspace', id: 'devices' })
    },
    operations: {
      info,
      async devices() {
        devices ??= askDevices().catch(error => {
          devices = null
          throw error
        })
        return devices
      },
      airGap({ on }) {
        registry.setMeta(airGapKey, on ? 'on' : 'off')
        egress.setAirGap(on)
        options.events.publish({ type: 'changed', entity: 'workspace', id: 'air-gap' })
        return info()
      },
      connections: ({ limit }) => ({ airGap: egress.isAirGapped, ...options.ledger.list(limit) }),
      doctor: (_input, { signal }) => examine(registry, options.sources, signal),
      python: input => openInPython({ ...options.python, registry }, input),
      sample: () => sampleFiles(),
      removeSample() {
        const removed = removeSample(registry)
        for (const entity of ['dataset', 'run', 'model', 'deployment', 'endpoint'] as const) {
          options.events.publish({ type: 'changed', entity, id: 'sample' })
        }
        return removed
      },
      backup: () => backUp(registry.database, { workspace: registry.workspace, nowMs: clock(), reason: 'by-hand' }),
      backups: async () => ({ backups: await listBackups(registry.workspace) }),
      restore: async ({ file }) => {
        const restored = await options.restore(file)
        return { restored: restored.restored, kept: restored.kept ?? '' }
      },
      stop: () => {
        options.stop()
        return { stopping: true }
      },
    },
    close() {
      clearTimeout(first)
      clearInterval(hourly)
      unheard()
      egress.count()
      options.ledger.flush()
    },
  }
}
