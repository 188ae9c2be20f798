import type { Contract } from '../../../../shared/contract/index.ts'
import type { Operations } from '../../../../shared/contract/operations.ts'
import { AppError } from '../../../../shared/errors.ts'
import type { LearningCurve } from '../../../../shared/model/learning-curve.ts'
import { isWithoutTarget } from '../../../../shared/model/run.ts'
import type { DatasetService } from '../../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../../jobs/index.ts'
import type { RunService } from '../../runs/index.ts'
import type { FindModel } from '../fine-tune/base-model.ts'
import { specOf } from '../request.ts'
import type { LearningCurveInput } from './job.ts'

/** Whether more rows would help a run. */
export function createLearningCurves(
  { jobs, registry }: DomainContext,
  { datasets, runs, models }: { datasets: DatasetService; runs: RunService; models: { find: FindModel } },
) {
  const operations: Operations<Pick<Contract['runs'], 'learningCurve'>> = {
    async learningCurve({ run: id }) {
      const run = runs.get(id)
      if (run.status !== 'done') {
        throw new AppError('conflict', `The run ${run.run} is ${run.status}: there is no score to follow`, {
          mend: 'Wait for its end, or train it again.',
        })
      }
      if (isWithoutTarget(run.task)) {
        throw new AppError('unsupported', `The run ${run.run} learned no target: there is no score to follow`, {
          mend: 'Name a run that predicts something.',
        })
      }
      if (run.script) {
        throw new AppError('unsupported', `The run ${run.run} was made by a script of yours`, {
          mend: 'Run the script on fewer rows.',
        })
      }
      const input: LearningCurveInput = { run: run.run, spec: await specOf(run, { datasets, models, registry }) }
      const subject = { kind: 'run', id: run.run }
      return { job: jobs.submit({ kind: 'learning-curve', title: `Learning curve of ${run.name}`, input, subject }) }
    },
  }
  const handler: JobHandler<LearningCurveInput, LearningCurve, 'learning-curve'> = {
    kind: 'learning-curve',
    lane: 'compute',
    objects: ({ input }) => ({ read: [{ kind: 'run', id: input.run }] }),
    commit: output => output,
  }
  return { operations, handlers: [handler] as unknown as AnyJobHandler[] }
}
