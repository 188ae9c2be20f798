import { mkdtempSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JobKindId, JobResult } from '../../../../shared/contract/jobs.ts'
import { AppError, toAppError } from '../../../../shared/errors.ts'
import type { Job } from '../../../../shared/model/job.ts'
import type { ModelVersion } from '../../../../shared/model/model.ts'
import { newId, noEvents, silentLogger, systemClock } from '../../base/index.ts'
import {
  type AnyJobHandler,
  Checkpoint,
  type DomainContext,
  type JobFunction,
  type JobQueue,
  type Submission,
} from '../../jobs/index.ts'
import { createPackaging, jobFunctions as packagingFunctions } from '../../packaging/index.ts'
import { openRegistry } from '../../registry/index.ts'
import { createDeployment } from '../deployment.ts'
import { jobFunctions as deploymentFunctions } from '../job-functions.ts'
import type { DeploymentParts } from '../operations.ts'
import { type SmallModel, writeSmallBundle } from './small-bundle.ts'

const functions = { ...packagingFunctions, ...deploymentFunctions }

/**
 * A workspace with packaging and deployment on a real registry, whose jobs run in this process when a test asks for their
 * end, so that a test may also leave one half-way.
 */
export async function openWorkbench(
  options: { secret?(name: string): Promise<string | null> } & Pick<DeploymentParts, 'duringReplacement'> = {},
) {
  const workspace = mkdtempSync(join(tmpdir(), 'lathe-ship-'))
  const registry = await openRegistry(workspace, { nowMs: Date.now() })
  const submissions = new Map<string, Submission<unknown>>()
  const logs: string[] = []
  const phases: string[] = []

  const jobs: JobQueue = {
    result: () => Promise.reject(new Error('no job runs here')),
    newJobId: () => newId('job', Date.now()),
    folderOf: job => join(workspace, 'jobs', job),
    submit(submission) {
      const id = submission.job ?? jobs.newJobId()
      submissions.set(id, submission)
      const { kind, title } = submission
      const times = { createdAt: Date.now(), startedAt: null, endedAt: null }
      const state = { status: 'queued' as const, fraction: null, phase: 'queued', secondsLeft: null, error: null }
      return { job: id, kind, title, subject: submission.subject ?? null, ...times, ...state }
    },
  }
  const context: DomainContext = { registry, jobs, events: noEvents, clock: systemClock, logger: silentLogger }
  const versions: ModelVersion[] = []
  const models = {
    resolve(reference: string): ModelVersion {
      const version = versions.find(({ model, version }) => reference === model || reference === `${model}:${version}`)
      if (!version) throw new AppError('not-found', `There is no model "${reference}"`)
      return version
    },
  }
  const packaging = createPackaging(context, { models })
  const deployment = createDeployment(context, { models, packaging, ...options })
  const handlers: AnyJobHandler[] = [...packaging.handlers, ...deployment.handlers]

  async function run(job: Job, signal: AbortSignal): Promise<unknown> {
    const { kind, input } = submissions.get(job.job)!
    const folder = jobs.folderOf(job.job)
    for (const name of ['in', 'out', 'tmp']) await mkdir(join(folder, name), { recursive: true })
    const work = (await functions[kind]!()) as JobFunction<unknown, unknown>
    return work(input, {
      folder,
      outFolder: join(folder, 'out'),
      temporaryFolder: join(folder, 'tmp'),
      signal,
      finish: new AbortController().signal,
      checkpoint: new Checkpoint(folder),
      progress: (_fraction, phase) => phases.push(phase),
      log: message => logs.push(message),
      metric() {},
      record() {},
      secret: async name => (await options.secret?.(name)) ?? null,
      unbroken: work => work(),
      within: (_milliseconds, _late, work) => work(),
    })
  }

  function handlerOf(job: Job) {
    const { kind, input } = submissions.get(job.job)!
    const handler = handlers.find(candidate => candidate.kind === kind)!
    return { handler, stored: { ...job, input, outFolder: join(jobs.folderOf(job.job), 'out') } }
  }

  /** Runs a queued job as its process and the engine would; gives its result or throws its error. */
  async function finish<Kind extends JobKindId>(
    _kind: Kind,
    started: { job: Job } | Promise<{ job: Job }>,
    signal: AbortSignal = new AbortController().signal,
  ): Promise<JobResult<Kind>> {
    const { job } = await started
    const { handler, stored } = handlerOf(job)
    try {
      const output = await run(job, signal)
      await handler.adopt?.(output, stored)
      return registry.transaction(() => handler.commit(output, stored)) as JobResult<Kind>
    } catch (error) {
      const failure = toAppError(error).toJSON()
      const status = failure.code === 'cancelled' ? 'cancelled' : 'failed'
      registry.transaction(() => handler.ended?.(stored, status, failure))
      throw error
    } finally {
      await rm(jobs.folderOf(job.job), { recursive: true, force: true })
    }
  }

  /** Lets a job do all its work, and the engine never hear of it: what it gave is told to the test only. */
  async function loseJob(job: Job): Promise<unknown> {
    const output = await run(job, new AbortController().signal)
    const { handler, stored } = handlerOf(job)
    const error = new AppError('interrupted', 'The job was interrupted').toJSON()
    registry.transaction(() => handler.ended?.(stored, 'interrupted', error))
    await rm(jobs.folderOf(job.job), { recursive: true, force: true })
    return output
  }

  return {
    workspace,
    registry,
    packaging,
    deployment,
    logs,
    /** What the jobs said that they were at. */
    phases,
    /** What jobs were given, as it is stored. */
    inputs: () => JSON.stringify([...submissions.values()]),
    finish,
    loseJob,
    /** Registers a version of a small model; gives its bundle digest. */
    async addVersion(model: string, version: number, bundle: SmallModel) {
      const folder = join(workspace, 'tmp', `${model}-${version}`)
      await writeSmallBundle(folder, bundle)
      const adopted = await registry.bundles.adopt(folder)
      registry.transaction(() => registry.bundles.record(adopted, Date.now()))
      const facts = { aliases: [], run: null, task: 'regression' as const, metrics: {}, createdAt: Date.now() }
      versions.unshift({ model, version, bundleDigest: adopted.digest, ...facts })
      return adopted.digest
    },
    async close() {
      registry.close()
      await rm(workspace, { recursive: true, force: true })
    },
  }
}
export type Workbench = Awaited<ReturnType<typeof openWorkbench>>
