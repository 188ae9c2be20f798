import { join } from 'node:path'
import { AppError } from '../../../shared/errors.ts'
import { type SampleNames, sampleNames } from '../../../shared/sample/sample-project.ts'
import { productRoot } from '../base/index.ts'
import type { Registry } from '../registry/index.ts'

const folder = () => join(productRoot(), 'resources', 'samples')

/** The shipped files of the sample project; `shifted` is the same rows with some columns multiplied by `factor`. */
export function sampleFiles() {
  return {
    file: join(folder(), 'breast-cancer.csv'),
    shifted: join(folder(), 'breast-cancer-shifted.csv'),
    target: 'diagnosis',
    shiftedColumns: ['mean radius', 'mean perimeter', 'mean area', 'worst radius', 'worst perimeter', 'worst area'],
    factor: 1.35,
  }
}

export interface RemovedSample {
  models: number
  runs: number
  datasets: number
}

/**
 * Takes the sample project out of the registry, in one transaction: it can be made anew from the shipped files. What a person built
 * on it under a name of their own stays, and with it the runs and data that it came from. Throws `conflict` while a part of it is in use.
 */
export function removeSample(registry: Registry, names: SampleNames = sampleNames): RemovedSample {
  const { database } = registry
  const ask = (sql: string, ...values: string[]) =>
    database
      .prepare(sql)
      .pluck()
      .all(...values) as string[]
  const remove = (sql: string, ...values: string[]) => database.prepare(sql).run(...values).changes
  return registry.transaction(() => {
    const inUse = [
      ...ask(
        `SELECT name FROM deployments WHERE status <> 'stopped' AND json_extract(document, '$.model') = ?`,
        names.model,
      ).map(name => `the deployment "${name}" serves its model`),
      ...ask('SELECT name FROM endpoints WHERE name = ?', names.endpoint).map(name => `"${name}" is watched`),
      ...ask(`SELECT run FROM runs WHERE dataset = ? AND status IN ('queued', 'running')`, names.dataset).map(
        run => `the run ${run} is not at its end`,
      ),
    ]
    if (inUse.length > 0) {
      throw new AppError('conflict', `The sample project cannot be removed: ${inUse.slice(0, 3).join(', ')}`, {
        mend: 'Undeploy, unwatch or cancel it first.',
      })
    }
    remove('DELETE FROM deployments WHERE name = ?', names.service)
    for (const table of ['aliases', 'alias_changes', 'evaluations']) {
      remove(`DELETE FROM ${table} WHERE model = ?`, names.model)
    }
    const models = remove('DELETE FROM model_versions WHERE model = ?', names.model)
    remove('DELETE FROM models WHERE name = ?', names.model)
    const runs = remove(
      'DELETE FROM runs WHERE dataset = ? AND run NOT IN (SELECT run FROM model_versions WHERE run IS NOT NULL)',
      names.dataset,
    )
    const datasets = remove(
      `DELETE FROM dataset_versions WHERE dataset = ? AND version NOT IN
         (SELECT dataset_version FROM runs WHERE runs.dataset = dataset_versions.dataset)`,
      names.dataset,
    )
    remove(
      'DELETE FROM datasets WHERE name = ? AND NOT EXISTS (SELECT 1 FROM dataset_versions WHERE dataset = datasets.name)',
      names.dataset,
    )
    return { models, runs, datasets }
  })
}
