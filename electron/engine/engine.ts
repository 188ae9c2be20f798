import { randomBytes } from 'node:crypto'
import { cpus } from 'node:os'
import { join } from 'node:path'
import { AppError, toAppError } from '../../shared/errors.ts'
import { createLogger, type Logger, productRoot, systemClock } from './base/index.ts'
import { dockerInfo, isLocalHost, listContexts } from './clients/index.ts'
import { createDatasets } from './datasets/index.ts'
import { createDeployment } from './deployment/index.ts'
import { createCosts, createEvaluation } from './evaluation/index.ts'
import { createChecks, createExplanation } from './explanation/index.ts'
import { type DomainContext, JobService } from './jobs/index.ts'
import { createModels } from './models/index.ts'
import { createMonitoring } from './monitoring/index.ts'
import { availableBases, createPackaging } from './packaging/index.ts'
import { createPipelines } from './pipelines/index.ts'
import { listBackups, lockWorkspace, openRegistry, refuseUnsafeFolder, restoreBackup } from './registry/index.ts'
import { createRuns } from './runs/index.ts'
import { probeDevices } from './runtime/index.ts'
import { createScoring } from './scoring/index.ts'
import { createScripts } from './scripts/index.ts'
import { createSecrets } from './secrets/index.ts'
import { createLearningCurves, createRecalibration, createSearches, createTraining } from './training/index.ts'
import { type AllOperations, bind, EventHub, listen } from './transport/index.ts'
import { createUploads } from './uploads/index.ts'
import { ConnectionLedger, createCuda, createWorkspace } from './workspace/index.ts'

export interface EngineOptions {
  /** Absolute. */
  workspace: string
  host: string
  /** 0 for that of `before` where it is free, else any free one. */
  port: number
  /** Where an earlier engine of the workspace listened: a page that it left open finds this one there, and is let in. */
  before: Door | null
  /** Opens the secrets; null leaves them shut. */
  passphrase: string | null
  /** The engine ends when nobody needed it for this long; null: never. */
  idleMs: number | null
}

/** What a page that outlived an engine finds the next one by. */
export interface Door {
  port: number
  rejoin: string
}

export interface Engine extends Door {
  token: string
  issueTicket(): string
  boot: string
  logger: Logger
  /** Begins the end; running jobs are cancelled. */
  stop(): void
  /** Resolves when everything is closed. */
  ended: Promise<void>
}

/** The composition root: owns the workspace, makes every domain, and serves them. Throws AppErrors that a person can act on. */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { workspace } = options
  refuseUnsafeFolder(workspace)
  const lock = lockWorkspace(workspace)
  try {
    return await compose(options, () => lock.release())
  } catch (error) {
    lock.release()
    throw error
  }
}

async function compose(options: EngineOptions, release: () => void): Promise<Engine> {
  const { workspace } = options
  const clock = systemClock
  const registry = await openRegistry(workspace, { nowMs: clock() })
  const logger = createLogger({ file: join(workspace, 'engine.log') })
  const boot = randomBytes(8).toString('hex')
  const hub = new EventHub(boot)
  const secrets = createSecrets({ workspace, passphrase: options.passphrase })
  const ledger = new ConnectionLedger({ registry, logger })
  const jobs = new JobService({
    registry,
    events: hub,
    clock,
    logger,
    lanes: { compute: Math.max(1, Math.min(4, Math.floor(cpus().length / 2))), io: 8 },
    secret: async name => scripts.secret(name) ?? (await secrets.get(name)),
    connected: (counts, job) => ledger.add(counts, job.title),
  })
  const context: DomainContext = { registry, jobs, events: hub, clock, logger }

  const uploads = createUploads({ workspace, clock })
  const datasets = createDatasets(context, { uploads })
  const runs = createRuns(context)
  const evaluation = createEvaluation(context, { runs, datasets })
  const costs = createCosts(context, { runs, datasets })
  const found = { find: (reference: string) => models.resolve(reference) }
  const training = createTraining(context, { datasets, runs, models: found })
  const recalibration = createRecalibration(context, { datasets, runs, models: found })
  const learningCurves = createLearningCurves(context, { datasets, runs, models: found })
  const searches = createSearches(context, { datasets, runs, explain: run => explanation.explainWhole(run) })
  const checks = createChecks(context, { runs, datasets })
  const explanation = createExplanation(context, { runs, datasets, checks })
  const isReachable = !isLocalHost(options.host)
  const models = createModels(context, { ...{ runs, uploads, datasets, explanation, checks }, isReachable })
  const scripts = createScripts(context, { datasets, runs, isReachable })
  const scoring = createScoring(context, { datasets, models, runs })
  const packaging = createPackaging(context, { models })
  const deployment = createDeployment(context, {
    models,
    packaging,
    beforeRemoval: name => monitoring.lastLook(name),
    duringReplacement: (name, isOver) => monitoring.lookClosely(name, isOver),
  })
  const monitoring = createMonitoring(context, { deployment, models, uploads })
  const pipelines = createPipelines(context, {
    ...{ jobs, datasets, runs, models, checks, deployments: deployment, images: packaging },
    watched: monitoring.watched,
  })

  const notices: string[] = []
  if (registry.wasUnclean) notices.push('The last engine did not end cleanly; the registry was checked and is sound')

  let finish: () => void = () => {}
  const ended = new Promise<void>(resolve => {
    finish = resolve
  })
  let isStopping = false
  const stop = (then?: () => Promise<void>) => {
    if (isStopping) return
    isStopping = true
    void closeAll(then).finally(finish)
  }
  const workspaceService = createWorkspace({
    registry,
    clock,
    logger,
    boot,
    events: hub,
    ledger,
    sources: {
      devices: probeDevices,
      docker: signal => dockerInfo(signal),
      clusters: () => listContexts(),
      bases: () => availableBases(),
      secrets: {
        unlocked: secrets.isUnlocked,
        reason: secrets.isUnlocked ? '' : 'This engine was started without a passphrase: secrets are shut',
      },
      runningJobs: () => jobs.active,
      notices,
    },
    python: { datasets, runs, models },
    stop,
    restore: file =>
      new Promise((resolve, reject) => {
        stop(() => restoreBackup(workspace, file, clock()).then(resolve, reject))
      }),
  })
  const cuda = createCuda(context, { uploads, isReachable, changed: workspaceService.forgetDevices })
  const operations: AllOperations = {
    workspace: { ...workspaceService.operations, ...cuda.operations },
    secrets: secrets.operations,
    jobs: jobs.operations,
    datasets: datasets.operations,
    runs: {
      ...runs.operations,
      ...evaluation.operations,
      ...costs.operations,
      ...training.operations,
      ...recalibration.operations,
      ...learningCurves.operations,
      ...explanation.operations,
    },
    checks: checks.operations,
    searches: searches.operations,
    scripts: scripts.operations,
    models: { ...models.operations, ...scoring.operations, ...pipelines.operations },
    deployments: { ...packaging.operations, ...deployment.operations },
    monitoring: monitoring.operations,
    pipelines: pipelines.graph,
  }
  const handlers = [
    datasets,
    evaluation,
    costs,
    training,
    recalibration,
    learningCurves,
    searches,
    explanation,
    checks,
    models,
    scripts,
    scoring,
    packaging,
    deployment,
    monitoring,
    pipelines,
    cuda,
  ]
  notices.push(...(await jobs.start(handlers.flatMap(domain => domain.handlers))))
  monitoring.start()

  let touchedAt = clock()
  const token = freshSecret()
  const listenAt = async (door: Door) => ({ ...door, ...(await listen({ ...served, ...door, token })) })
  const served = {
    router: bind(operations, hub),
    host: options.host,
    boot,
    pageFolder: join(productRoot(), 'out', 'renderer'),
    logger,
    receive: uploads.receive,
    hold: uploads.hold,
    touched: () => {
      touchedAt = clock()
    },
  }
  const server = await openDoor(options, listenAt)
  const idle = setInterval(() => {
    const isNeeded = hub.listeners > 0 || jobs.active.length > 0 || monitoring.isWatching()
    if (options.idleMs !== null && !isNeeded && clock() - touchedAt > options.idleMs) stop()
  }, 5000)
  idle.unref()

  async function closeAll(then?: () => Promise<void>): Promise<void> {
    clearInterval(idle)
    const steps: (() => unknown)[] = [
      () => jobs.close(),
      () => server.close(),
      () => workspaceService.close(),
      () => monitoring.close(),
      () => datasets.close(),
      () => uploads.close(),
      () => registry.close(),
      () => then?.(),
      release,
    ]
    for (const step of steps) {
      try {
        await step()
      } catch (error) {
        logger.error({ err: toAppError(error) }, 'the engine could not end cleanly')
      }
    }
  }
  // The boot is what this process shows to whoever has its runtime file: it stands in no log.
  logger.info({ pid: process.pid, port: server.port, notices }, 'engine started')
  const { port, rejoin, issueTicket } = server
  return { port, rejoin, issueTicket, token, boot, logger, stop: () => stop(), ended }
}

const freshSecret = () => randomBytes(32).toString('base64url')

/** On the port that was asked for or, where none was, on that of `before`; its rejoin secret is used again on its own port alone. */
async function openDoor<Server>(
  { port, before }: EngineOptions,
  listenAt: (door: Door) => Promise<Server>,
): Promise<Server> {
  const fresh = { port, rejoin: freshSecret() }
  if (before === null || (port !== 0 && port !== before.port)) return listenAt(fresh)
  try {
    return await listenAt(before)
  } catch (error) {
    if (port !== 0 || toAppError(error).code !== 'port-taken') throw error
    return listenAt(fresh)
  }
}

/** Puts a backup (the newest sound one when none is named) in place of a registry that no engine has open. */
export async function restoreWorkspace(
  workspace: string,
  file: string | null,
): Promise<{ restored: string; kept: string | null }> {
  const lock = lockWorkspace(workspace)
  try {
    if (file !== null) return await restoreBackup(workspace, file, systemClock())
    const errors: unknown[] = []
    for (const backup of await listBackups(workspace)) {
      try {
        return await restoreBackup(workspace, join(workspace, backup.file), systemClock())
      } catch (error) {
        errors.push(error)
      }
    }
    throw errors[0] ?? noBackup(workspace)
  } finally {
    lock.release()
  }
}

function noBackup(workspace: string): AppError {
  return new AppError('not-found', `The workspace ${workspace} has no backup that could be restored`, {
    mend: 'Put a copy of registry.sqlite in place by hand, or start with an empty workspace.',
  })
}
