import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError, type ErrorJson } from '../../../shared/errors.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import type { JobStatus } from '../../../shared/model/job.ts'
import type { Run, RunOrigin, TrainRequest } from '../../../shared/model/run.ts'
import { machineMemory, newId } from '../base/index.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler, StoredJob } from '../jobs/index.ts'
import type { RunService } from '../runs/index.ts'
import { type AdoptedTraining, adoptTrained } from './adopt-trained.ts'
import type { Algorithm } from './algorithm.ts'
import { algorithms } from './algorithms/index.ts'
import { estimate, expectedBytes, refuseTooLarge } from './estimate.ts'
import { type FindModel, withBase } from './fine-tune/base-model.ts'
import { machineSlowness } from './machine-speed.ts'
import { checkColumns, dataSpecOf, newRun } from './new-run.ts'
import { checkParameters } from './parameters.ts'
import { requestOf } from './request.ts'
import type { Trained, TrainSpec } from './train-model.ts'
import { taskWithoutTarget } from './without-target.ts'

export interface TrainInput extends TrainSpec {
  run: string
  from: RunOrigin | null
  /** The most memory that its process is expected to hold, where that is known. */
  expectedBytes?: number
}

/** As many rows of it as are learned from. */
function sampled(version: DatasetVersion, rows: number | null | undefined): DatasetVersion {
  return rows && rows < version.rows ? { ...version, rows } : version
}

/** Learning: a request becomes runs, each with a job; a job's end becomes part of its run. */
export function createTraining(
  context: DomainContext,
  { datasets, runs, models }: { datasets: DatasetService; runs: RunService; models: { find: FindModel } },
) {
  const { registry, jobs, clock } = context
  /** What `adopt` took in, for the `commit` that follows it in the same process. */
  const adopted = new Map<string, AdoptedTraining>()

  const operations: Operations<Pick<Contract['runs'], 'algorithms' | 'estimate' | 'request' | 'train'>> = {
    algorithms: () => ({
      algorithms: algorithms.entries.map(({ id, name, help, usual, tasks, devices, parameters }) => ({
        ...{ id, name, help, usual, tasks: [...tasks], devices: [...devices], parameters: [...parameters] },
      })),
    }),
    estimate({ dataset, target, exclude, folds, sampleRows, algorithms: asked }) {
      const whole = datasets.resolve(dataset)
      checkColumns(whole, { target, exclude })
      const version = sampled(whole, sampleRows)
      const versions = new Map([[`${version.dataset}:${version.version}`, version]])
      const slowness = machineSlowness()
      return {
        machineBytes: machineMemory(),
        estimates: asked.map(({ algorithm: id, parameters }) => {
          const algorithm = algorithms.get(id)
          const past = runs.finished(id, 9).map(run => {
            const reference = `${run.dataset}:${run.datasetVersion}`
            const known = versions.get(reference) ?? datasets.resolve(reference)
            versions.set(reference, known)
            return { run, version: sampled(known, run.sampleRows) }
          })
          const checked = checkParameters(algorithm, parameters)
          return {
            algorithm: id,
            ...estimate(
              { version, target: target ?? null, exclude, algorithm, parameters: checked, folds },
              past,
              slowness,
            ),
          }
        }),
      }
    },
    request({ run: id, dataset, endpoint }) {
      const run = runs.get(id)
      if (run.script) {
        throw new AppError('unsupported', `The run ${run.run} was made by the script ${run.script.file}`, {
          mend: 'Run that again: lathe run-script.',
        })
      }
      const version = datasets.resolve(dataset ?? run.dataset)
      return requestOf(run, version, endpoint)
    },
    async train(request) {
      const version = datasets.resolve(request.dataset)
      checkColumns(version, request)
      const chosen = choose(request)
      if (request.algorithm === undefined && Object.keys(request.parameters).length) {
        throw new AppError('bad-input', 'Parameters belong to one algorithm, and none is named', {
          mend: 'Add --algorithm, or leave the parameters out.',
        })
      }
      const specs: TrainSpec[] = []
      for (const algorithm of chosen) {
        const parameters = checkParameters(algorithm, request.parameters)
        const data = dataSpecOf(version, datasets.parquetPath(version), request)
        const spec = { ...data, task: taskWithoutTarget(algorithm) ?? data.task, algorithm: algorithm.id, parameters }
        specs.push(await withBase(registry, models.find, spec, version))
      }
      return registry.transaction(() => ({ runs: specs.map(spec => start(spec, version, request)) }))
    },
  }

  /** Throws `bad-input` for an algorithm that needs a target where none is named. */
  function choose({ algorithm: id, target, forecast }: TrainRequest): Algorithm[] {
    const without = algorithms.entries.filter(each => taskWithoutTarget(each) !== null)
    if (id === undefined) return target === undefined ? without : algorithms.entries.filter(({ usual }) => usual)
    const algorithm = algorithms.get(id)
    if (forecast && (target === undefined || without.includes(algorithm) || algorithm.needsModel)) {
      throw new AppError('bad-input', 'A forecast wants a target, and an algorithm that learns numbers', {
        mend: 'Name the column of the values with --target, and baseline, linear or gradient-boosting, say.',
      })
    }
    if (target === undefined && !without.includes(algorithm)) {
      throw new AppError('bad-input', `${algorithm.id} learns a target, and none is named`, {
        mend: `Name its column, or learn without one: ${without.map(each => each.id).join(', ')}.`,
      })
    }
    return [algorithm]
  }

  function start(spec: TrainSpec, version: DatasetVersion, request: TrainRequest) {
    const algorithm = algorithms.get(spec.algorithm)
    const run = newRun(spec, {
      run: newId('run', clock()),
      job: jobs.newJobId(),
      name: request.name,
      from: request.from ? { ...request.from, run: runs.get(request.from.run).run } : null,
      createdAt: clock(),
    })
    const input: TrainInput = { ...spec, run: run.run, from: run.from }
    const title = `${run.from ? 'Retrain' : 'Train'} ${algorithm.name.toLowerCase()} on ${version.dataset}:${version.version}`
    // How many rows a forecast makes of a row depends on its horizon.
    if (!spec.forecast)
      input.expectedBytes = expectedBytes({ ...spec, version: sampled(version, spec.sampleRows), algorithm })
    refuseTooLarge(title, input.expectedBytes ?? 0, machineMemory())
    runs.insert(run)
    const job = jobs.submit({ kind: 'train', title, input, subject: { kind: 'run', id: run.run }, job: run.job! })
    return { run, job }
  }

  const train: JobHandler<TrainInput, Trained, 'train'> = {
    kind: 'train',
    lane: 'compute',
    expectedBytes: ({ input }) => input.expectedBytes ?? null,
    objects: ({ input: { dataset, run, from, base } }) => ({
      read: [
        { kind: 'dataset', id: `${dataset.name}:${dataset.version}` },
        ...(base ? [{ kind: 'model' as const, id: base.model }] : []),
        ...(from ? [{ kind: 'run' as const, id: from.run }] : []),
        ...(from?.endpoint ? [{ kind: 'endpoint' as const, id: from.endpoint }] : []),
      ],
      made: [{ kind: 'run', id: run }],
    }),
    started: job => runs.update({ ...runs.get(job.input.run), status: 'running', startedAt: job.startedAt }),
    rested: (job, status) => runs.update({ ...runs.get(job.input.run), status, error: null, endedAt: null }),
    points: (points, job) => runs.recordPoints(job.input.run, points),
    async adopt(_output, job) {
      adopted.set(job.job, await adoptTrained(registry, job.outFolder))
    },
    commit(trained, job) {
      const taken = adopted.get(job.job)
      if (!taken) throw new Error(`The files of ${job.job} were not taken in`)
      adopted.delete(job.job)
      registry.bundles.record(taken.bundle, clock())
      const before = runs.get(job.input.run)
      const run: Run = { ...before, ...trained, status: 'done', endedAt: clock(), bundleDigest: taken.bundle.digest }
      runs.update(run, taken.files)
      return run
    },
    ended: (job, status, error) => end(job, status, error),
  }

  function end(job: StoredJob<TrainInput>, status: JobStatus, error: ErrorJson): void {
    runs.update({ ...runs.get(job.input.run), status, error, endedAt: clock() })
  }

  return { operations, handlers: [train] as unknown as AnyJobHandler[] }
}
export type TrainingDomain = ReturnType<typeof createTraining>
