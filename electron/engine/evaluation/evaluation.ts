import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { RunService } from '../runs/index.ts'
import { differingSettings, requireComparable } from './comparable.ts'
import type { CompareInput, CompareOutput } from './compare-job.ts'
import { diagnoseRun } from './diagnose-run.ts'

/** How good models are, and which one is truly better. */
export function createEvaluation(
  { registry, jobs }: DomainContext,
  { runs, datasets }: { runs: RunService; datasets: Pick<DatasetService, 'page'> },
) {
  /** Jobs that are done, by the runs that they compared. A run that is done changes no more, so neither does what they found. */
  const known = new Map<string, Job>()
  const operations: Operations<Pick<Contract['runs'], 'compare' | 'diagnostics'>> = {
    async diagnostics({ run: id, class: label }, { signal }) {
      const run = runs.get(id)
      const file = runs.predictionsPath(run.run)
      if (run.status !== 'done' || file === null) {
        throw new AppError('not-comparable', `The run ${run.run} is ${run.status} and has no recorded predictions`, {
          mend: 'Wait for its end, or train it again.',
        })
      }
      // For two classes the second is the positive one.
      const classIndex = label === undefined ? Math.min(1, run.classes.length - 1) : run.classes.indexOf(label)
      if (label !== undefined && classIndex < 0) {
        throw new AppError('bad-input', `The run ${run.run} has no class "${label}"`, {
          mend: run.classes.length ? `Its classes are ${run.classes.slice(0, 10).join(', ')}.` : 'It has no classes.',
        })
      }
      return diagnoseRun(run, { file, classIndex, page: datasets.page, signal })
    },
    async compare({ runs: ids }) {
      const compared = ids.map(id => runs.get(id))
      const first = compared[0]!
      if (new Set(compared.map(run => run.run)).size < compared.length)
        throw new AppError('bad-input', 'A run cannot be compared with itself', { mend: 'Name each run once.' })
      requireComparable(compared)
      const found = known.get(compared.map(({ run }) => run).join())
      if (found) return { job: found }
      const job = jobs.newJobId()
      const folder = join(jobs.folderOf(job), 'in')
      await mkdir(folder, { recursive: true })
      for (const { run } of compared) {
        const sha256 = runs.predictionsSha256(run)
        if (sha256 === null) throw new AppError('not-comparable', `The run ${run} has no recorded predictions`)
        await registry.store.place(sha256, join(folder, `${run}.parquet`))
      }
      const input: CompareInput = {
        runs: compared.map(run => run.run),
        task: first.task!,
        classes: first.classes,
        seed: first.seed,
      }
      const title = `Compare ${compared.map(run => run.name).join(' with ')}`
      return { job: jobs.submit({ kind: 'compare', title, input, job }) }
    },
  }

  const compare: JobHandler<CompareInput, CompareOutput, 'compare'> = {
    kind: 'compare',
    lane: 'compute',
    objects: ({ input }) => ({ read: input.runs.map(id => ({ kind: 'run', id })) }),
    commit({ differences, rows }, { input, outFolder: _, ...job }) {
      known.set(input.runs.join(), job)
      const compared = input.runs.map(run => runs.get(run))
      return { runs: compared, settings: differingSettings(compared), differences, rows }
    },
    ended: ({ input }) => known.delete(input.runs.join()),
  }
  return { operations, handlers: [compare] as unknown as AnyJobHandler[] }
}
export type EvaluationService = ReturnType<typeof createEvaluation>
