import type { Contract } from '../../../../shared/contract/index.ts'
import type { Operations } from '../../../../shared/contract/operations.ts'
import { AppError } from '../../../../shared/errors.ts'
import { canonicalJson } from '../../../../shared/lib/canonical-json.ts'
import type { Check, CheckResults } from '../../../../shared/model/check.ts'
import type { Run } from '../../../../shared/model/run.ts'
import { newId } from '../../base/index.ts'
import type { DatasetService } from '../../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../../jobs/index.ts'
import type { RunService } from '../../runs/index.ts'
import { refuseBroken } from './broken-checks.ts'
import type { HoldChecksInput } from './hold-checks-job.ts'
import { CheckStore } from './store.ts'

const lossOf = ({ task }: Run): Check['loss'] => (task === 'regression' ? 'squared-error' : 'log-loss')

/** Slices that every run on a dataset and target is held to. */
export function createChecks(
  { registry, clock, jobs }: DomainContext,
  { runs, datasets }: { runs: RunService; datasets: DatasetService },
) {
  const store = new CheckStore(registry)
  const operations: Operations<Contract['checks']> = {
    pin({ run: id, where, most }) {
      const run = runs.get(id)
      if (run.task === null) {
        throw new AppError('conflict', `The run ${run.run} is ${run.status}: it has no loss yet`, {
          mend: 'Wait for its end.',
        })
      }
      const { dataset, target } = run
      if (target === null) {
        throw new AppError('unsupported', `The run ${run.run} learned no target: it has no loss to hold it to`, {
          mend: 'Name a run that predicts something.',
        })
      }
      const names = datasets.resolve(`${run.dataset}:${run.datasetVersion}`).columns.map(({ name }) => name)
      const unknown = where.find(({ column }) => !names.includes(column))
      if (unknown) {
        throw new AppError('bad-input', `The dataset ${run.dataset} has no column "${unknown.column}"`, {
          mend: `Its columns are ${names.slice(0, 20).join(', ')}.`,
        })
      }
      const loss = lossOf(run)
      // The same slice again has a new limit, not a second one.
      const before = ofRun(run).find(each => canonicalJson(each.where) === canonicalJson(where))
      const check = { check: newId('check', clock()), dataset, target, where, loss, most, run: run.run }
      const made: Check = { ...check, createdAt: clock() }
      registry.transaction(() => {
        if (before) store.remove(before.check)
        store.insert(made)
      })
      return made
    },
    list: ({ dataset }) => ({ checks: dataset === undefined ? store.list() : store.ofDataset(dataset) }),
    unpin({ check: id }) {
      const check = store.get(id)
      if (!check) {
        throw new AppError('not-found', `There is no check "${id}"`, {
          mend: 'See `lathe checks` for those there are.',
        })
      }
      store.remove(id)
      return check
    },
  }

  /** Those that a run is held to. */
  function ofRun(run: Run): Check[] {
    return store.ofDataset(run.dataset).filter(({ target, loss }) => target === run.target && loss === lossOf(run))
  }

  /** Those that a recipe's runs will be held to. */
  function ofRecipe(dataset: string, target: string): Check[] {
    return store.ofDataset(dataset).filter(check => check.target === target)
  }

  /** Holds a run's recorded test predictions to its checks, in a job; throws `check-broken` for one that is broken for sure. */
  async function refuseBrokenBy(id: string): Promise<void> {
    const run = runs.get(id)
    const predictionsFile = runs.predictionsPath(run.run)
    const checks = ofRun(run)
    if (checks.length === 0 || predictionsFile === null || run.task === null) return
    const data = datasets.resolve(`${run.dataset}:${run.datasetVersion}`)
    const columns = data.columns.map(({ name, type }) => ({ name, type }))
    const { task, classes } = run
    const input: HoldChecksInput = {
      ...{ run: run.run, task, classes, checks, predictionsFile, columns },
      parquetFile: datasets.parquetPath(data),
    }
    const subject = { kind: 'run', id: run.run }
    const { job } = jobs.submit({ kind: 'hold-checks', title: `Hold ${run.name} to its pinned checks`, input, subject })
    const { result } = await jobs.result(job)
    refuseBroken(run.run, (result as CheckResults).checks)
  }

  const handler: JobHandler<HoldChecksInput, CheckResults, 'hold-checks'> = {
    kind: 'hold-checks',
    lane: 'io',
    objects: ({ input }) => ({ read: [{ kind: 'run', id: input.run }] }),
    commit: output => output,
  }
  return { operations, ofRun, ofRecipe, refuseBrokenBy, handlers: [handler] as unknown as AnyJobHandler[] }
}
export type CheckService = ReturnType<typeof createChecks>
