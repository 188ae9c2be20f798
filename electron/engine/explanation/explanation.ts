import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { usualTestRows } from '../../../shared/contract/runs.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Examination } from '../../../shared/model/examination.ts'
import type { Explanation, RowExplanation } from '../../../shared/model/explanation.ts'
import type { Job } from '../../../shared/model/job.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import { isWithoutTarget } from '../../../shared/model/run.ts'
import type { AskedRow } from '../../../shared/model/service-answer.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { RunService } from '../runs/index.ts'
import type { CheckService } from './checks/checks.ts'
import type { ExamineInput } from './examine-job.ts'
import type { ExplainInput } from './explain-job.ts'
import type { ExplainRowInput } from './explain-row-job.ts'

/** Why a model says what it says. */
export function createExplanation(
  { registry, jobs }: DomainContext,
  { runs, datasets, checks }: { runs: RunService; datasets: DatasetService; checks: Pick<CheckService, 'ofRun'> },
) {
  /** A folder for a job about a run that is done, with its bundle, its recorded predictions and, where they are kept, the parts of its rows. */
  async function prepare(id: string) {
    const run = runs.get(id)
    const sha256 = runs.predictionsSha256(run.run)
    if (run.status !== 'done' || run.task === null || run.bundleDigest === null || sha256 === null) {
      throw new AppError('not-comparable', `The run ${run.run} is ${run.status} and has no model to explain`, {
        mend: 'Wait for its end, or train it again.',
      })
    }
    if (run.target === null || isWithoutTarget(run.task)) {
      throw new AppError('unsupported', `The run ${run.run} learned without a target: there is no error to explain`, {
        mend: 'What it found stands with the run.',
      })
    }
    const data = datasets.resolve(`${run.dataset}:${run.datasetVersion}`)
    const job = jobs.newJobId()
    const folder = join(jobs.folderOf(job), 'in')
    await mkdir(folder, { recursive: true })
    await registry.bundles.place(run.bundleDigest, join(folder, 'bundle'))
    await registry.store.place(sha256, join(folder, 'predictions.parquet'))
    const split = runs.splitSha256(run.run)
    if (split !== null) await registry.store.place(split, join(folder, 'split.parquet'))
    const { task, classes, target, seed, forecast } = { ...run, target: run.target, task: run.task }
    return {
      ...{ run, job, subject: { kind: 'run', id: run.run }, hasSplit: split !== null },
      data,
      input: { run: run.run, task, classes, target, seed, forecast, parquetFile: datasets.parquetPath(data) },
    }
  }

  const operations: Operations<Pick<Contract['runs'], 'explain' | 'examine'>> = {
    async explain({ run: id, rows, device }) {
      const { run, job, subject, input, data } = await prepare(id)
      const asked: ExplainInput = { ...input, rows, device, datasetRows: data.rows }
      return { job: jobs.submit({ kind: 'explain', title: `Explain ${run.name}`, input: asked, subject, job }) }
    },
    async examine({ run: id, rows, groups, device }) {
      const { run, job, subject, input, hasSplit, data } = await prepare(id)
      const datasetColumns = data.columns.map(({ name, type }) => ({ name, type }))
      const asked: ExamineInput = {
        ...input,
        rows,
        groups,
        device,
        hasSplit,
        // A slice is one of rows of the dataset, of which a forecast makes others.
        checks: run.forecast ? [] : checks.ofRun(run),
        datasetColumns,
      }
      return { job: jobs.submit({ kind: 'examine', title: `Examine ${run.name}`, input: asked, subject, job }) }
    },
  }

  const explain: JobHandler<ExplainInput, Explanation, 'explain'> = {
    kind: 'explain',
    lane: 'compute',
    objects: ({ input }) => ({ read: [{ kind: 'run', id: input.run }] }),
    commit: output => output,
  }
  const examine: JobHandler<ExamineInput, Examination, 'examine'> = {
    kind: 'examine',
    lane: 'compute',
    objects: ({ input }) => ({ read: [{ kind: 'run', id: input.run }] }),
    commit: output => output,
  }

  const explainRow: JobHandler<ExplainRowInput, RowExplanation, 'explain-row'> = {
    kind: 'explain-row',
    lane: 'compute',
    objects: ({ input: { model, version } }) => ({ read: [{ kind: 'model', id: `${model}:${version}` }] }),
    commit: output => output,
  }

  /** Starts the job that says why a version answers a row as it does. */
  async function startRow({ model, version, bundleDigest }: ModelVersion, row: AskedRow): Promise<Job> {
    const job = jobs.newJobId()
    const folder = join(jobs.folderOf(job), 'in')
    await mkdir(folder, { recursive: true })
    await registry.bundles.place(bundleDigest, join(folder, 'bundle'))
    const subject = { kind: 'model', id: `${model}:${version}` }
    const title = `Explain a row by ${model}:${version}`
    return jobs.submit({ kind: 'explain-row', title, input: { model, version, row }, subject, job })
  }

  /** Starts the jobs that say what the model of a run goes by, and where it fails. */
  async function explainWhole(run: string): Promise<void> {
    await operations.explain({ run, rows: usualTestRows.explain, device: 'cpu' }, {})
    await operations.examine({ run, rows: usualTestRows.examine, groups: [], device: 'cpu' }, {})
  }
  return { operations, startRow, explainWhole, handlers: [explain, examine, explainRow] as unknown as AnyJobHandler[] }
}
export type ExplanationService = ReturnType<typeof createExplanation>
