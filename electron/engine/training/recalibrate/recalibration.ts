import { join } from 'node:path'
import type { Contract } from '../../../../shared/contract/index.ts'
import type { Operations } from '../../../../shared/contract/operations.ts'
import { AppError } from '../../../../shared/errors.ts'
import { isWithoutTarget, type Run } from '../../../../shared/model/run.ts'
import { newId } from '../../base/index.ts'
import type { DatasetService } from '../../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../../jobs/index.ts'
import type { RunService } from '../../runs/index.ts'
import { type AdoptedTraining, adoptTrained } from '../adopt-trained.ts'
import type { FindModel } from '../fine-tune/base-model.ts'
import { newRun } from '../new-run.ts'
import { specOf } from '../request.ts'
import type { RecalibrateInput, RecalibrateOutput } from './job.ts'

/** Runs made of others by putting their probabilities right. */
export function createRecalibration(
  { registry, jobs, clock }: DomainContext,
  { datasets, runs, models }: { datasets: DatasetService; runs: RunService; models: { find: FindModel } },
) {
  /** What `adopt` took in, for the `commit` that follows it in the same process. */
  const adopted = new Map<string, AdoptedTraining>()

  const operations: Operations<Pick<Contract['runs'], 'recalibrate'>> = {
    async recalibrate({ run: id, method }) {
      const run = runs.get(id)
      const refusal = (reason: string, mend: string) =>
        new AppError('conflict', `The run ${run.run} cannot be recalibrated: ${reason}`, { mend })
      if (run.status !== 'done' || run.bundleDigest === null) throw refusal(`it is ${run.status}`, 'Wait for its end.')
      if (run.script) throw refusal('a script of yours made it', 'Recalibrate it in the script.')
      if (run.task === 'regression' || isWithoutTarget(run.task))
        throw refusal('it predicts numbers, no probabilities', 'Name a run of classes.')
      if (run.recalibration) {
        const origin = run.from
          ? `Recalibrate ${run.from.run}, which it was made of.`
          : 'Train it without --recalibrate.'
        throw refusal('it is recalibrated already', origin)
      }
      const recalibration = method ?? (run.task === 'binary' ? 'sigmoid' : 'temperature')
      if (run.refit)
        throw refusal(
          'it learned from its validation rows, so that none are left to do it by',
          'Train it again with --refit and --recalibrate.',
        )
      const { testRowsDigest, placement, bytesPerStep, device } = run
      const input: RecalibrateInput = {
        spec: { ...(await specOf(run, { datasets, models, registry })), recalibration },
        run: { run: run.run, testRowsDigest, placement, bytesPerStep, device },
      }
      const job = jobs.newJobId()
      await registry.bundles.place(run.bundleDigest, join(jobs.folderOf(job), 'in', 'bundle'))
      const subject = { kind: 'run', id: run.run }
      return { job: jobs.submit({ kind: 'recalibrate', title: `Recalibrate ${run.name}`, input, subject, job }) }
    },
  }

  const handler: JobHandler<RecalibrateInput, RecalibrateOutput, 'recalibrate'> = {
    kind: 'recalibrate',
    lane: 'compute',
    objects: ({ input: { run } }, result) => ({
      read: [{ kind: 'run', id: run.run }],
      made: result ? [{ kind: 'run', id: result.run.run }] : [],
    }),
    async adopt(_output, job) {
      adopted.set(job.job, await adoptTrained(registry, job.outFolder))
    },
    commit({ trained, differences }, job) {
      const taken = adopted.get(job.job)
      if (!taken) throw new Error(`The files of ${job.job} were not taken in`)
      adopted.delete(job.job)
      registry.bundles.record(taken.bundle, clock())
      const { spec, run: of } = job.input
      const before = runs.get(of.run)
      const run: Run = {
        ...newRun(spec, {
          ...{ run: newId('run', clock()), job: job.job, createdAt: clock() },
          ...{ name: `${before.name}, ${spec.recalibration}`, from: { run: of.run } },
        }),
        ...trained,
        ...{ status: 'done', startedAt: job.startedAt, endedAt: clock(), bundleDigest: taken.bundle.digest },
      }
      runs.insert(run, taken.files)
      const validationRows = trained.rows?.validation ?? 0
      return { run, baseline: of.run, method: spec.recalibration, validationRows, differences }
    },
  }

  return { operations, handlers: [handler] as unknown as AnyJobHandler[] }
}
