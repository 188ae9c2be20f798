import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { latheVersion } from '../../../shared/version.ts'
import type { Clock, Logger } from '../base/index.ts'
import { backUp, listBackups, type Registry } from '../registry/index.ts'
import { type DoctorSources, examine } from './doctor.ts'
import { openInPython, type PythonSources } from './python.ts'

export interface WorkspaceOptions {
  registry: Registry
  clock: Clock
  logger: Logger
  boot: string
  sources: DoctorSources
  python: Omit<PythonSources, 'registry'>
  /** Ends the engine; `then` runs when its registry is closed and before the workspace is let go. */
  stop(then?: () => Promise<void>): void
  restore(file: string): Promise<{ restored: string; kept: string | null }>
}

const dayMs = 24 * 3600 * 1000

export interface WorkspaceService {
  operations: Operations<Contract['workspace']>
  close(): void
}

/** The workspace as a whole: what it is, its health, its backups, its end. Backs the registry up once a day. */
export function createWorkspace(options: WorkspaceOptions): WorkspaceService {
  const { registry, clock } = options
  const startedAt = clock()
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

  return {
    operations: {
      info: () => ({
        version: latheVersion,
        workspace: registry.workspace,
        workspaceId: registry.meta('workspace') ?? '',
        boot: options.boot,
        pid: process.pid,
        startedAt,
        notices: [...options.sources.notices],
        secretsUnlocked: options.sources.secrets.unlocked,
      }),
      doctor: (_input, { signal }) => examine(registry, options.sources, signal),
      python: input => openInPython({ ...options.python, registry }, input),
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
    },
  }
}
