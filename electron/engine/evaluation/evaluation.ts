import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { RunService } from '../runs/index.ts'
import { differingSettings, requireComparable } from './comparable.ts'
import type { CompareInput, CompareOutput } from './compare-job.ts'

/** How good models are, and which one is truly better. */
export function createEvaluation({ registry, jobs }: DomainContext, { runs }: { runs: RunService }) {
  const operations: Operations<Pick<Contract['runs'], 'compare'>> = {
    async compare({ runs: ids }) {
      const compared = ids.map(id => runs.get(id))
      const first = compared[0]!
      if (new Set(compared.map(run => run.run)).size < compared.length)
        throw new AppError('bad-input', 'A run cannot be compared with itself', { mend: 'Name each run once.' })
      requireComparable(compared)
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
    commit({ differences, rows }, job) {
      const compared = job.input.runs.map(run => runs.get(run))
      return { runs: compared, settings: differingSettings(compared), differences, rows }
    },
  }
  return { operations, handlers: [compare] as unknown as AnyJobHandler[] }
}
export type EvaluationService = ReturnType<typeof createEvaluation>
