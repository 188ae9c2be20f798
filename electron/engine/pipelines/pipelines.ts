import { championAlias, type ModelVersion, type RetrainDecision } from '../../../shared/model/model.ts'
import type { Run } from '../../../shared/model/run.ts'
import { newId } from '../base/index.ts'
import { brokenChecks } from '../explanation/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler, StoredJob } from '../jobs/index.ts'
import type { RunFiles } from '../runs/index.ts'
import { type AdoptedTraining, adoptTrained } from '../training/index.ts'
import { decide } from './decision.ts'
import { createGraphOperations, createOperations, type PipelineViews, type RetrainParts } from './operations.ts'
import type { RetrainInput, RetrainOutput } from './retrain-job.ts'

export interface PipelineParts extends RetrainParts, PipelineViews {
  datasets: RetrainParts['datasets']
  runs: PipelineViews['runs'] & {
    /** Inside a transaction. */
    insert(run: Run, files?: RunFiles): void
  }
  models: RetrainParts['models'] &
    PipelineViews['models'] & {
      /** Both inside a transaction. */
      insertVersion(version: Pick<ModelVersion, 'model' | 'bundleDigest' | 'run' | 'task' | 'metrics'>): ModelVersion
      moveAlias(change: { model: string; alias: string; version: number; reason: string }): void
    }
}

/** What follows from watching: a version's recipe on newer rows, held against the version in use. */
export function createPipelines(context: DomainContext, parts: PipelineParts) {
  const { registry, clock, events } = context
  const { runs, models } = parts
  /** What `adopt` took in, for the `commit` that follows it in the same process. */
  const adopted = new Map<string, AdoptedTraining>()

  const retrain: JobHandler<RetrainInput, RetrainOutput, 'retrain'> = {
    kind: 'retrain',
    lane: 'compute',
    objects: ({ input: { champion, source, dataset } }, result) => ({
      read: [
        ...[champion, source].map(({ model, version }) => ({ kind: 'model' as const, id: `${model}:${version}` })),
        { kind: 'dataset', id: `${dataset.name}:${dataset.version}` },
      ],
      // The challenger's version comes of its run.
      made: result?.challenger.run ? [{ kind: 'run', id: result.challenger.run }] : [],
    }),
    async adopt(_output, job) {
      adopted.set(job.job, await adoptTrained(registry, job.outFolder))
    },
    commit(output, job): RetrainDecision {
      const taken = adopted.get(job.job)
      if (!taken) throw new Error(`The files of ${job.job} were not taken in`)
      adopted.delete(job.job)
      const { champion: before, alias, sameDataset } = job.input
      const { comparison, testRows, trained } = output
      registry.bundles.record(taken.bundle, clock())
      const run = runOf(job, output, taken.bundle.digest)
      runs.insert(run, taken.files)
      const challenger = models.insertVersion({
        model: before.model,
        bundleDigest: taken.bundle.digest,
        run: run.run,
        task: trained.task,
        metrics: trained.metrics,
      })
      // Somebody may have moved the alias meanwhile: then what was compared is not what is in use.
      const current = models.resolve(`${before.model}@${alias}`)
      const name = (version: ModelVersion) => `${version.model}:${version.version}`
      const broken = alias === championAlias ? brokenChecks(output.checks) : []
      const { decision, reason } =
        current.version === before.version
          ? decide({
              broken,
              champion: name(before),
              challenger: name(challenger),
              alias,
              metric: comparison.metric,
              difference: comparison.difference,
              interval: comparison.interval,
              verdict: comparison.verdict,
              sameDataset,
              rows: testRows,
            })
          : {
              decision: 'stopped' as const,
              reason: `"${alias}" was moved to ${name(current)} meanwhile; ${name(challenger)} was compared with ${name(before)}`,
            }
      if (decision === 'promoted') {
        models.moveAlias({ model: before.model, alias, version: challenger.version, reason })
      }
      events.publish({ type: 'changed', entity: 'run', id: run.run })
      events.publish({ type: 'changed', entity: 'model', id: before.model })
      return {
        decision,
        reason,
        metric: comparison.metric,
        champion: models.resolve(name(before)),
        challenger: models.resolve(name(challenger)),
        difference: comparison.difference,
        interval: comparison.interval,
      }
    },
  }

  function runOf(job: StoredJob<RetrainInput>, { trained }: RetrainOutput, bundleDigest: string): Run {
    const { recipe, dataset, champion, source } = job.input
    return {
      run: newId('run', clock()),
      name: `${champion.model} on ${dataset.name} ${dataset.version}`,
      job: job.job,
      dataset: dataset.name,
      datasetVersion: dataset.version,
      target: recipe.target,
      algorithm: recipe.algorithm,
      parameters: recipe.parameters,
      splitColumn: recipe.splitColumn,
      splitBy: recipe.splitBy,
      folds: 0,
      seed: recipe.seed,
      exclude: recipe.exclude,
      distinctRows: recipe.distinctRows,
      sampleRows: recipe.sampleRows,
      positive: recipe.positive,
      forecast: recipe.forecast ?? null,
      taskChoice: recipe.task,
      recalibration: recipe.recalibration,
      refit: recipe.refit,
      from: source.run === null ? null : { run: source.run },
      script: null,
      deviceChoice: 'auto',
      status: 'done',
      bundleDigest,
      createdAt: job.createdAt,
      startedAt: job.startedAt,
      endedAt: clock(),
      error: null,
      ...trained,
    }
  }

  return {
    operations: createOperations(context, parts),
    graph: createGraphOperations(context, parts),
    handlers: [retrain] as unknown as AnyJobHandler[],
  }
}
export type PipelinesDomain = ReturnType<typeof createPipelines>
