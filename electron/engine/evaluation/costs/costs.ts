import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../../../../shared/contract/index.ts'
import type { Operations } from '../../../../shared/contract/operations.ts'
import { AppError } from '../../../../shared/errors.ts'
import { type CostReport, type Costs, mostCostClasses } from '../../../../shared/model/costs.ts'
import { isWithoutTarget, type Run } from '../../../../shared/model/run.ts'
import type { DatasetService } from '../../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../../jobs/index.ts'
import type { RunService } from '../../runs/index.ts'
import type { CostsJobInput } from './costs-job.ts'

/** What the errors of runs cost. The newest job of a run keeps what was typed in. */
export function createCosts(
  { registry, jobs }: DomainContext,
  { runs, datasets }: { runs: RunService; datasets: Pick<DatasetService, 'resolve' | 'parquetPath'> },
) {
  const operations: Operations<Pick<Contract['runs'], 'costs'>> = {
    async costs({ run: id, costs }) {
      const run = runs.get(id)
      const [predictions, split] = [runs.predictionsSha256(run.run), runs.splitSha256(run.run)]
      const { bundleDigest, task, target } = run
      if (run.status !== 'done' || predictions === null || split === null || bundleDigest === null || task === null) {
        throw new AppError('not-comparable', `The run ${run.run} is ${run.status} and has no answers to cost`, {
          mend: 'Wait for its end, or train it again.',
        })
      }
      if (target === null || isWithoutTarget(task) || run.forecast) {
        throw new AppError('unsupported', `The run ${run.run} is ${run.forecast ? 'a forecast' : 'without a target'}`, {
          mend: 'Costs are told of runs that learn classes or numbers from the other columns.',
        })
      }
      requireFitting(run, costs)
      const job = jobs.newJobId()
      const folder = join(jobs.folderOf(job), 'in')
      await mkdir(folder, { recursive: true })
      await registry.bundles.place(bundleDigest, join(folder, 'bundle'))
      await registry.store.place(predictions, join(folder, 'predictions.parquet'))
      await registry.store.place(split, join(folder, 'split.parquet'))
      const input: CostsJobInput = {
        ...{ run: run.run, costs, task, target, classes: run.classes, seed: run.seed, isRefit: run.refit },
        parquetFile: datasets.parquetPath(datasets.resolve(`${run.dataset}:${run.datasetVersion}`)),
      }
      const subject = { kind: 'run', id: run.run }
      return { job: jobs.submit({ kind: 'costs', title: `Cost the errors of ${run.name}`, input, subject, job }) }
    },
  }

  const handler: JobHandler<CostsJobInput, CostReport, 'costs'> = {
    kind: 'costs',
    lane: 'compute',
    objects: ({ input }) => ({ read: [{ kind: 'run', id: input.run }] }),
    commit: output => output,
  }
  return { operations, handlers: [handler] as unknown as AnyJobHandler[] }
}

/** Throws `bad-input` for costs of something else, `unsupported` for a table that is too large. */
function requireFitting({ run, task, classes }: Run, costs: Costs): void {
  if (costs.kind === 'numbers') {
    if (task === 'regression') return
    throw new AppError('bad-input', `The run ${run} answers classes, not numbers`, {
      mend: 'Give what each class taken for each other costs.',
    })
  }
  if (task === 'regression') {
    throw new AppError('bad-input', `The run ${run} answers numbers, not classes`, {
      mend: 'Give what a unit too much and a unit too little cost.',
    })
  }
  const count = classes.length
  if (count > mostCostClasses) {
    throw new AppError(
      'unsupported',
      `The run ${run} has ${count} classes, and a table of costs at most ${mostCostClasses}`,
      {
        mend: 'Merge classes that cost alike in the data, and train on them.',
      },
    )
  }
  if (costs.matrix.length !== count || costs.matrix.some(row => row.length !== count)) {
    throw new AppError(
      'bad-input',
      `The run ${run} has ${count} classes, and the table of costs is not ${count} × ${count}`,
      {
        mend: `Give a row and a column for each of ${classes.join(', ')}.`,
      },
    )
  }
}
