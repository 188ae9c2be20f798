import { readFile } from 'node:fs/promises'
import { AppError } from '../../../../shared/errors.ts'
import { Golden } from '../../../../shared/inference/bundle.ts'
import { type RawRow, Signature } from '../../../../shared/inference/signature.ts'
import type { DatasetVersion } from '../../../../shared/model/dataset.ts'
import type { ModelVersion } from '../../../../shared/model/model.ts'
import type { Registry } from '../../registry/index.ts'
import { algorithms } from '../algorithms/index.ts'
import type { TrainSpec } from '../train-model.ts'

/** A model that a training goes on from, as a job is told of it. */
export interface BaseModel {
  /** `name:3`. */
  model: string
  bundleDigest: string
  /** Absolute: the stored file, for reading only. */
  modelFile: string
  signature: Signature
  /** Some that it answers. */
  rows: RawRow[]
}

/** `name`, `name:3` or `name@alias` to a version; throws `not-found`. */
export type FindModel = (reference: string) => Pick<ModelVersion, 'model' | 'version' | 'bundleDigest'>

const triedRows = 3

type Wanted = Pick<TrainSpec, 'algorithm' | 'parameters' | 'target' | 'exclude'>

/** What is trained, with the model that it goes on from where it does: its parameter `model` then names one version. Throws as `findBase`. */
export async function withBase<Spec extends Wanted>(
  registry: Registry,
  find: FindModel,
  spec: Spec,
  version: DatasetVersion,
): Promise<Spec & { base?: BaseModel }> {
  if (!algorithms.get(spec.algorithm).needsModel) return spec
  const base = await findBase(registry, find, spec, version)
  return { ...spec, parameters: { ...spec.parameters, model: base.model }, base }
}

/**
 * The model that the parameters of a fine-tuning name. Throws `bad-input` where none is named, or where the dataset version cannot give it the columns that it takes.
 */
async function findBase(
  registry: Registry,
  find: FindModel,
  { parameters, target, exclude }: Wanted,
  version: DatasetVersion,
): Promise<BaseModel> {
  const reference = String(parameters.model)
  if (reference === '') {
    throw new AppError('bad-input', 'Fine-tuning goes on from a model, and none is named', {
      mend: 'Name one: --from MODEL, or the parameter model.',
    })
  }
  const base = await readBase(registry, find(reference))
  holdColumns(base.model, base.signature, version, [...exclude, ...(target === null ? [] : [target])])
  return base
}

/** Throws `digest-mismatch` where its files are not what they were. */
export async function readBase(
  registry: Registry,
  { model, version, bundleDigest }: ReturnType<FindModel>,
): Promise<BaseModel> {
  const read = async (role: 'signature' | 'golden') => {
    const { storedAt } = await registry.bundles.file(bundleDigest, role)
    return JSON.parse(await readFile(storedAt, 'utf8')) as unknown
  }
  const signature = Signature.parse(await read('signature'))
  const { rows } = Golden.parse(await read('golden'))
  const { storedAt } = await registry.bundles.file(bundleDigest, 'model')
  return {
    ...{ model: `${model}:${version}`, bundleDigest, modelFile: storedAt },
    ...{ signature, rows: rows.slice(0, triedRows) },
  }
}

function holdColumns(model: string, { inputs }: Signature, version: DatasetVersion, unseen: readonly string[]): void {
  const own = `${version.dataset}:${version.version}`
  const types = new Map(version.columns.map(({ name, type }) => [name, type]))
  const wanted = inputs.flatMap(({ type, columns }) => columns.map(({ name }) => ({ name, isText: type === 'string' })))
  const lacking = wanted.filter(({ name }) => !types.has(name)).map(({ name }) => name)
  if (lacking.length > 0) {
    const shown = lacking.slice(0, 5).map(name => `"${name}"`)
    throw new AppError(
      'bad-input',
      `${model} takes ${wanted.length} columns, and ${own} lacks ${shown.join(', ')}${lacking.length > 5 ? ` and ${lacking.length - 5} more` : ''}`,
      { mend: 'Import the model again with --dataset, which names its columns, or rename those of the data.' },
    )
  }
  const hidden = wanted.find(({ name }) => unseen.includes(name))
  if (hidden) {
    throw new AppError('bad-input', `${model} takes the column "${hidden.name}", which it must not see here`, {
      mend: 'Name another target, or do not exclude it.',
    })
  }
  const odd = wanted.find(({ name, isText }) => (types.get(name) === 'text') !== isText)
  if (odd) {
    throw new AppError(
      'bad-input',
      `${model} takes ${odd.isText ? 'a text' : 'a number'} as "${odd.name}", which is ${types.get(odd.name)} in ${own}`,
      { mend: 'Import the data again with another type for that column.' },
    )
  }
}
