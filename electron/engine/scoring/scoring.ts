import { access, constants, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { JobKindId } from '../../../shared/contract/jobs.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Evaluation, ModelVersion, PastEvaluation } from '../../../shared/model/model.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { ModelService } from '../models/index.ts'
import type { RunService } from '../runs/index.ts'
import type { EvaluateInput, EvaluateOutput } from './evaluate-job.ts'
import type { PredictInput, PredictOutput } from './predict-job.ts'

/** What is evaluated or scored with. */
interface Subject {
  bundleDigest: string
  subject: { kind: 'model' | 'run'; id: string }
}

/** Models on other data: metrics on a dataset, predictions into a file. */
export function createScoring(
  { registry, jobs, clock, events }: DomainContext,
  { datasets, models, runs }: { datasets: DatasetService; models: ModelService; runs: RunService },
) {
  /** Queues a job that finds the bundle in its `in/bundle`. */
  async function submit<Input>(kind: JobKindId, title: string, { bundleDigest, subject }: Subject, input: Input) {
    const job = jobs.newJobId()
    await registry.bundles.place(bundleDigest, join(jobs.folderOf(job), 'in', 'bundle'))
    return { job: jobs.submit({ kind, title, input, subject, job }) }
  }

  function versionOf(reference: string): Subject & { version: ModelVersion } {
    const version = models.resolve(reference)
    const { bundleDigest } = version
    return { version, bundleDigest, subject: { kind: 'model', id: `${version.model}:${version.version}` } }
  }

  function madeBy(id: string): Subject {
    const { run, status, bundleDigest } = runs.get(id)
    if (bundleDigest) return { bundleDigest, subject: { kind: 'run', id: run } }
    throw new AppError('conflict', `The run ${run} is ${status}, so it has no model to evaluate`, {
      mend: status === 'running' || status === 'queued' ? 'Wait for its end.' : 'Train it again.',
    })
  }

  /** A finished run with what its test rows were and how it answered them. */
  function baselineOf(id: string) {
    const run = runs.get(id)
    const predictionsFile = runs.predictionsPath(run.run)
    if (run.status === 'done' && run.task && predictionsFile) {
      const { task, target, classes, seed, splitColumn, splitBy = 'parts', distinctRows = false } = run
      const split = {
        seed,
        splitColumn,
        splitBy,
        distinctRows,
        sampleRows: run.sampleRows ?? undefined,
        forecast: run.forecast,
      }
      return { run, asked: { task, target, classes, predictionsFile, ...split } }
    }
    throw new AppError('conflict', `The run ${run.run} is ${run.status}, so it has no test rows to evaluate on`, {
      mend: run.status === 'running' || run.status === 'queued' ? 'Wait for its end.' : 'Train it again.',
    })
  }

  const operations: Operations<Pick<Contract['models'], 'evaluate' | 'evaluations' | 'predict'>> = {
    evaluate({ model, run, dataset, against, target, device }) {
      if ((model === undefined) === (run === undefined)) {
        throw new AppError('bad-input', 'One model is evaluated', { mend: 'Name a model, or the run that made it.' })
      }
      const evaluated = run === undefined ? versionOf(model!) : { ...madeBy(run), version: null }
      const { subject, version } = evaluated
      const baseline = against === undefined ? null : baselineOf(against)
      const reference = dataset ?? (baseline && `${baseline.run.dataset}:${baseline.run.datasetVersion}`)
      if (reference === null) {
        throw new AppError('bad-input', 'It is not said on which rows the model is to be evaluated', {
          mend: 'Name a dataset, or a run whose test rows it is held against.',
        })
      }
      const data = datasets.resolve(reference)
      if (baseline && (baseline.run.dataset !== data.dataset || baseline.run.datasetVersion !== data.version)) {
        const { run: tested, dataset: name, datasetVersion } = baseline.run
        throw new AppError(
          'bad-input',
          `The run ${tested} was tested on ${name}:${datasetVersion}, not ${data.dataset}:${data.version}`,
          {
            mend: 'Leave the dataset out.',
          },
        )
      }
      const input: EvaluateInput = {
        ...{
          model: version?.model ?? null,
          version: version?.version ?? null,
          run: version ? null : subject.id,
          isImported: version?.run === null,
          device,
        },
        ...{ dataset: data.dataset, datasetVersion: data.version, sha256: data.sha256 },
        parquetFile: datasets.parquetPath(data),
        target: target ?? baseline?.run.target ?? null,
        against: baseline && { run: baseline.run.run, ...baseline.asked },
      }
      return submit('evaluate', `Evaluate ${subject.id} on ${data.dataset}:${data.version}`, evaluated, input)
    },
    evaluations({ model, limit }) {
      const { model: name, version } = models.resolve(model)
      const rows = registry.database
        .prepare(
          `SELECT document, created_at AS evaluatedAt FROM evaluations WHERE model = ? AND version = ?
             ORDER BY evaluation DESC LIMIT ?`,
        )
        .all(name, version, limit) as { document: string; evaluatedAt: number }[]
      const evaluations = rows.map(({ document, evaluatedAt }): PastEvaluation => {
        return { ...JSON.parse(document), evaluatedAt }
      })
      return { evaluations }
    },
    async predict({ model, file, out, device, options }) {
      const scoring = versionOf(model)
      const { version, bundleDigest } = scoring
      await checkFiles(file, out)
      const { model: name, version: number } = version
      const input: PredictInput = { model: name, version: number, bundleDigest, file, out, device, options }
      return submit('predict', `Score ${basename(file)} with ${version.model}:${version.version}`, scoring, input)
    },
  }

  const evaluate: JobHandler<EvaluateInput, EvaluateOutput, 'evaluate'> = {
    kind: 'evaluate',
    lane: 'compute',
    objects: ({ input }) => ({
      read: [
        input.run ? { kind: 'run', id: input.run } : { kind: 'model', id: `${input.model}:${input.version}` },
        { kind: 'dataset', id: `${input.dataset}:${input.datasetVersion}` },
        ...(input.against ? [{ kind: 'run' as const, id: input.against.run }] : []),
      ],
    }),
    commit(output, job) {
      const { model, version, run = null, dataset, datasetVersion } = job.input
      const evaluation: Evaluation = { model, version, run, dataset, datasetVersion, ...output }
      if (model === null) return evaluation
      registry.database
        .prepare('INSERT INTO evaluations (model, version, document, created_at) VALUES (?, ?, ?, ?)')
        .run(model, version, JSON.stringify(evaluation), clock())
      events.publish({ type: 'changed', entity: 'model', id: model })
      return evaluation
    },
  }

  const predict: JobHandler<PredictInput, PredictOutput, 'predict'> = {
    kind: 'predict',
    lane: 'compute',
    objects: ({ input }) => ({ read: [{ kind: 'model', id: `${input.model}:${input.version}` }] }),
    commit(output, { input: { model, version, bundleDigest, out } }) {
      return { model, version, bundleDigest, out, ...output }
    },
  }

  return { operations, handlers: [evaluate, predict] as unknown as AnyJobHandler[] }
}

/** What stands in the way is said before a job is made. */
async function checkFiles(file: string, out: string): Promise<void> {
  for (const path of [file, out]) {
    if (!isAbsolute(path)) throw new AppError('bad-input', `The file must be named by its full path, not "${path}"`)
  }
  const found = await stat(file).catch(() => null)
  if (!found?.isFile()) throw new AppError('not-found', `There is no file ${file}`, { mend: 'Check the path.' })
  if (file === out) {
    throw new AppError('bad-input', 'The predictions would overwrite the rows that they are made of', {
      mend: 'Name another --out.',
    })
  }
  await access(dirname(out), constants.W_OK).catch((cause: unknown) => {
    throw new AppError('bad-input', `Predictions cannot be written into ${dirname(out)}`, {
      mend: 'Name an --out in a folder that is there and can be written to.',
      cause,
    })
  })
}
