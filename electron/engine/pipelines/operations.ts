import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import { bundleFiles, Provenance } from '../../../shared/inference/bundle.ts'
import { Signature } from '../../../shared/inference/signature.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { parseReference } from '../../../shared/model/ids.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { CheckService } from '../explanation/index.ts'
import { type DomainContext, JobLinks } from '../jobs/index.ts'
import { refuseOtherForecast, withBase } from '../training/index.ts'
import { around, newest } from './graph.ts'
import { type GraphParts, look } from './nodes.ts'
import { checkDataset, recipeOf } from './recipe.ts'
import type { RetrainInput } from './retrain-job.ts'

export interface RetrainParts {
  datasets: { resolve(reference: string): DatasetVersion; parquetPath(version: DatasetVersion): string }
  models: { resolve(reference: string): ModelVersion }
  checks: Pick<CheckService, 'ofRecipe'>
}

export type PipelineViews = Omit<GraphParts, 'links'>

/** Views of the registry's whole way: what led to what. */
export function createGraphOperations(
  { registry }: DomainContext,
  views: PipelineViews,
): Operations<Contract['pipelines']> {
  const links = new JobLinks(registry)
  return {
    graph({ job, limit }) {
      const view = look({ ...views, links })
      const found =
        job === undefined
          ? newest(
              links.newest(limit).map(id => ({ kind: 'job', id })),
              view,
              limit,
            )
          : around({ kind: 'job', id: views.jobs.get(job).job }, view, limit)
      const { places, edges, isWhole } = found
      return { nodes: places.map(view.nodeOf), edges, isWhole, jobs: links.count() }
    },
  }
}

export function createOperations(context: DomainContext, { datasets, models, checks }: RetrainParts) {
  const { registry, jobs } = context

  /** The version that the alias names. */
  function championOf(model: string, alias: string): ModelVersion {
    const version = models.resolve(model)
    const reference = `${version.model}@${alias}`
    try {
      return models.resolve(reference)
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'not-found') throw error
      throw new AppError('not-found', `The model "${version.model}" has no alias "${alias}" that could be moved`, {
        mend: `Register the run of the version in use with --alias ${alias} first, or name another --alias.`,
      })
    }
  }

  async function readJson(folder: string, name: string): Promise<unknown> {
    return JSON.parse(await readFile(join(folder, name), 'utf8')) as unknown
  }

  const operations: Operations<Pick<Contract['models'], 'retrain'>> = {
    async retrain({ model, dataset, alias: wanted }) {
      const alias = parseReference(model)?.alias ?? wanted
      const champion = championOf(model, alias)
      // `name:3` asks for that version's recipe; what it has to beat is the alias's version in any case.
      const source = models.resolve(model)
      const version = datasets.resolve(dataset)
      const job = jobs.newJobId()
      const folder = join(jobs.folderOf(job), 'in', 'champion')
      await registry.bundles.place(champion.bundleDigest, folder)
      const recipeFolder = join(jobs.folderOf(job), 'in', 'recipe')
      await registry.bundles.place(source.bundleDigest, recipeFolder)
      const provenance = Provenance.parse(await readJson(recipeFolder, bundleFiles.provenance))
      const signature = Signature.parse(await readJson(recipeFolder, bundleFiles.signature))
      const recipe = recipeOf(`${source.model}:${source.version}`, provenance, signature)
      checkDataset(version, recipe, signature)
      const { base } = await withBase(registry, models.resolve, recipe, version)
      const championMade = Provenance.parse(await readJson(folder, bundleFiles.provenance))
      refuseOtherForecast(championMade.forecast ?? null, recipe.forecast ?? null)
      const input: RetrainInput = {
        alias,
        ...{ champion, source },
        recipe,
        dataset: { name: version.dataset, version: version.version, sha256: version.sha256 },
        parquetFile: datasets.parquetPath(version),
        ...(base ? { base } : {}),
        // A slice is one of rows of the dataset, of which a forecast makes others.
        checks: recipe.forecast ? [] : checks.ofRecipe(version.dataset, recipe.target),
        datasetColumns: version.columns.map(({ name, type }) => ({ name, type })),
        sameDataset: championMade.dataset?.sha256 === version.sha256,
      }
      const title = `Retrain ${champion.model}@${alias} on ${version.dataset}:${version.version}`
      const subject = { kind: 'model', id: champion.model }
      return { job: jobs.submit({ kind: 'retrain', title, input, subject, job }) }
    },
  }
  return operations
}
