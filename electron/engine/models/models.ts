import { openAsBlob } from 'node:fs'
import { copyFile, mkdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import { AppError } from '../../../shared/errors.ts'
import type { DatasetVersion } from '../../../shared/model/dataset.ts'
import { parseReference } from '../../../shared/model/ids.ts'
import { championAlias, type ModelTensors, type ModelVersion } from '../../../shared/model/model.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { CheckService, ExplanationService } from '../explanation/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler } from '../jobs/index.ts'
import type { AdoptedBundle } from '../registry/index.ts'
import type { RunService } from '../runs/index.ts'
import { refuseTooLarge } from '../runtime/index.ts'
import { readBase } from '../training/index.ts'
import type { UploadService } from '../uploads/index.ts'
import type { ImportModelInput, ImportModelOutput } from './import-job.ts'
import type { ListTensorsInput } from './list-tensors.ts'
import type { NameClassesInput } from './name-classes.ts'
import { ModelStore } from './store.ts'

/** What fitted models are written as; anything else is taken for ONNX. */
const fittedSuffixes = new Set([
  ...['.pkl', '.pickle', '.joblib', '.skops', '.txt', '.lgb', '.json', '.ubj'],
  ...['.pt', '.pth', '.pt2', '.keras', '.h5'],
])

type NewVersion = Pick<ModelVersion, 'model' | 'bundleDigest' | 'run' | 'task' | 'metrics'>

/** What can be used: versions of models, each one bundle, and the aliases that name them. */
export function createModels(
  context: DomainContext,
  {
    runs,
    uploads,
    datasets,
    explanation,
    checks,
    isReachable,
  }: {
    runs: RunService
    uploads: UploadService
    datasets: DatasetService
    explanation: ExplanationService
    checks: Pick<CheckService, 'refuseBrokenBy'>
    /** Whether other machines reach this engine: then it runs no program that a client names. */
    isReachable: boolean
  },
) {
  const { registry, jobs, events, clock } = context
  const store = new ModelStore(registry)
  const adopted = new Map<string, AdoptedBundle>()
  const changed = (model: string) => events.publish({ type: 'changed', entity: 'model', id: model })

  /** `name` (its newest version), `name:3` or `name@alias`. Throws `not-found`. */
  function resolve(reference: string): ModelVersion {
    const parsed = parseReference(reference)
    const names = store.names()
    if (!parsed || !names.includes(parsed.name)) {
      throw new AppError('not-found', `There is no model "${parsed?.name ?? reference}"`, {
        mend: names.length
          ? `There are ${names.slice(0, 10).join(', ')}.`
          : 'Register a run first: lathe register RUN --name NAME',
      })
    }
    const { name, alias } = parsed
    const wanted = alias === undefined ? parsed.version : store.aliased(name, alias)
    const version = wanted === null ? null : store.get(name, wanted)
    if (version) return version
    throw new AppError(
      'not-found',
      alias === undefined
        ? `The model "${name}" has no version ${wanted}`
        : `The model "${name}" has no alias "${alias}"`,
      { mend: `See \`lathe models\` for those there are; its newest version is ${store.get(name)?.version}.` },
    )
  }

  /** The next version of a model. Inside a transaction. */
  function insertVersion(version: NewVersion): ModelVersion {
    const stored = store.insert({ ...version, createdAt: clock() })
    changed(version.model)
    return { ...stored, aliases: [] }
  }

  /** Points an alias at a version; nothing is written where it points there already. Inside a transaction. */
  function moveAlias(change: { model: string; alias: string; version: number; reason: string }): void {
    const { model, alias, version, reason } = change
    const from = store.aliased(model, alias)
    if (from === version) return
    store.moveAlias({ model, alias, from, to: version, reason, at: clock() })
    changed(model)
  }

  /** A version and, when one is asked for, its alias; in one transaction. */
  function insertNamed(version: NewVersion, alias: string | undefined, reason: string): ModelVersion {
    return registry.transaction(() => {
      const inserted = insertVersion(version)
      if (alias !== undefined) moveAlias({ model: inserted.model, alias, version: inserted.version, reason })
      return resolve(`${inserted.model}:${inserted.version}`)
    })
  }

  /** The columns that a model from elsewhere takes, in order, and where their rows lie. Throws `bad-input` for a target that is not there. */
  function rowsLike(version: DatasetVersion, target: string | undefined): NonNullable<ImportModelInput['like']> {
    const names = version.columns.map(({ name }) => name)
    const goal = target ?? version.target
    if (target !== undefined && !names.includes(target)) {
      throw new AppError('bad-input', `The dataset ${version.dataset}:${version.version} has no column "${target}"`, {
        mend: `Its columns are ${names.slice(0, 20).join(', ')}.`,
      })
    }
    const texts = version.columns
      .filter(({ type }) => type === 'text')
      .map(({ name, top }) => [name, top.slice(0, 3).map(({ value }) => value)] as const)
    return {
      parquetFile: datasets.parquetPath(version),
      target: goal,
      columns: names.filter(name => name !== goal),
      texts: Object.fromEntries(texts),
    }
  }

  /** Throws `conflict` where somebody moved it since whoever asks has looked. */
  function requireUnmoved(model: string, alias: string, expected: number | null | undefined): void {
    const now = store.aliased(model, alias)
    if (expected === undefined || now === expected) return
    const said = now === null ? 'no version' : `version ${now}`
    throw new AppError('conflict', `"${alias}" of ${model} was moved meanwhile: it names ${said} now`, {
      mend: 'Look at its history, and point it at the version that you want.',
    })
  }

  const operations: Operations<
    Pick<
      Contract['models'],
      | ('register' | 'list' | 'get' | 'setAlias' | 'removeAlias' | 'bundleFile')
      | ('importFile' | 'nameClasses' | 'tensors' | 'explain')
    >
  > = {
    async register({ run: id, name, alias, force }) {
      const run = runs.get(id)
      if (run.status !== 'done' || run.bundleDigest === null) {
        throw new AppError('conflict', `The run ${run.run} is ${run.status}, so there is no model to register`, {
          mend: run.status === 'running' || run.status === 'queued' ? 'Wait for its end.' : 'Train it again.',
        })
      }
      const { bundleDigest, task, metrics } = run
      if (alias === championAlias && !force) await checks.refuseBrokenBy(run.run)
      const known = store.ofRun(name, run.run)
      if (known === null)
        return insertNamed({ model: name, bundleDigest, run: run.run, task, metrics }, alias, `registered ${run.run}`)
      if (alias !== undefined) {
        registry.transaction(() =>
          moveAlias({ model: name, alias, version: known.version, reason: `registered ${run.run}` }),
        )
      }
      return resolve(`${name}:${known.version}`)
    },
    list: () => ({ models: store.list() }),
    get({ model }) {
      const version = resolve(model)
      return { ...version, aliasHistory: store.aliasHistory(version.model) }
    },
    async setAlias({ model, alias, reason, force, expected }) {
      const { model: name, version, run } = resolve(model)
      const isNamed = store.aliased(name, alias) === version
      if (alias === championAlias && run !== null && !force && !isNamed) await checks.refuseBrokenBy(run)
      registry.transaction(() => {
        requireUnmoved(name, alias, expected)
        moveAlias({ model: name, alias, version, reason })
      })
      return resolve(`${name}:${version}`)
    },
    removeAlias({ model, alias, reason, expected }) {
      const { version } = resolve(`${model}@${alias}`)
      registry.transaction(() => {
        requireUnmoved(model, alias, expected)
        store.removeAlias({ model, alias, from: version, to: null, reason, at: clock() })
      })
      changed(model)
      return resolve(`${model}:${version}`)
    },
    async bundleFile({ bundle, role }) {
      const { path, storedAt } = await registry.bundles.file(bundle, role)
      return new File([await openAsBlob(storedAt)], path, { type: 'application/octet-stream' })
    },
    async nameClasses({ model: reference, classes }) {
      const { model, version, run, bundleDigest } = resolve(reference)
      if (run !== null) {
        throw new AppError(
          'bad-input',
          `The classes of ${model}:${version} are those of the data that it learned from`,
          {
            mend: 'Only a model from elsewhere may call them otherwise than the data.',
          },
        )
      }
      const job = jobs.newJobId()
      await registry.bundles.place(bundleDigest, join(jobs.folderOf(job), 'in', 'bundle'))
      const input: NameClassesInput = { model, version, classes }
      const subject = { kind: 'model', id: `${model}:${version}` } as const
      return {
        job: jobs.submit({ kind: 'name-classes', title: `Name the classes of ${subject.id}`, input, subject, job }),
      }
    },
    async tensors({ model: reference }) {
      const found = resolve(reference)
      const { model, version } = found
      const input: ListTensorsInput = { model, version, base: await readBase(registry, found) }
      const subject = { kind: 'model', id: `${model}:${version}` }
      return { job: jobs.submit({ kind: 'tensors', title: `Tensors of ${model}:${version}`, input, subject }) }
    },
    explain: async ({ model, row }) => ({ job: await explanation.startRow(resolve(model), row) }),
    async importFile({ file, name, alias, python, dataset, target, classes }) {
      const { path, name: fileName, isUpload } = uploads.resolve(file)
      if (python && isReachable) {
        throw new AppError('forbidden', 'Other machines reach this engine, so it runs no Python that a client names', {
          mend: 'Convert the model with an engine that listens on this machine alone, and import the ONNX file.',
        })
      }
      if ((await stat(path).catch(() => null))?.isDirectory()) {
        throw new AppError('bad-input', `${fileName} is a folder, and a model is a file`, {
          mend: 'Name the file in it: model.onnx, or model.pkl or model.skops of an estimator that MLflow logged.',
        })
      }
      if (!python && fittedSuffixes.has(extname(fileName).toLowerCase())) {
        throw new AppError('bad-input', `${fileName} is a fitted model, no ONNX file: a Python has to convert it`, {
          mend: 'Name one that has its libraries: lathe import-model FILE --python PYTHON.',
        })
      }
      if (!python) await refuseTooLarge(path, fileName)
      const like = dataset === undefined ? null : rowsLike(datasets.resolve(dataset), target)
      const job = jobs.newJobId()
      const folder = join(jobs.folderOf(job), 'in')
      await mkdir(folder, { recursive: true })
      // A copy: the file may change or go while the job waits.
      await copyFile(path, join(folder, python ? `fitted${extname(fileName)}` : 'model.onnx')).catch(
        (cause: unknown) => {
          throw new AppError('not-found', `The file ${path} cannot be read`, { mend: 'Check the path.', cause })
        },
      )
      const input: ImportModelInput = {
        ...{ fileName, name, alias: alias ?? null, upload: isUpload ? file : null },
        ...{ python: python ?? null, classes: classes ?? null, like },
      }
      const title = `${python ? 'Convert' : 'Import'} ${fileName} as ${name}`
      return { job: jobs.submit({ kind: 'import-model', title, input, subject: { kind: 'model', id: name }, job }) }
    },
  }

  /** How a bundle in a job's `out/bundle`, of a model from elsewhere, becomes a version. Inside the transaction of the job's end. */
  const adopting = <Input>(
    versionOf: (input: Input) => { name: string; alias: string | null; reason: string },
  ): Pick<JobHandler<Input, ImportModelOutput, 'import-model'>, 'adopt' | 'commit'> => ({
    async adopt(_output, job) {
      adopted.set(job.job, await registry.bundles.adopt(join(job.outFolder, 'bundle')))
    },
    commit({ task }, job) {
      const bundle = adopted.get(job.job)
      if (!bundle) throw new Error(`The files of ${job.job} were not taken in`)
      adopted.delete(job.job)
      registry.bundles.record(bundle, clock())
      const { name, alias, reason } = versionOf(job.input)
      const version = { model: name, bundleDigest: bundle.digest, run: null, task, metrics: {} }
      return insertNamed(version, alias ?? undefined, reason)
    },
  })

  const importModel: JobHandler<ImportModelInput, ImportModelOutput, 'import-model'> = {
    kind: 'import-model',
    lane: 'io',
    objects: (_job, result) => ({ made: result ? [{ kind: 'model', id: `${result.model}:${result.version}` }] : [] }),
    ...adopting(({ name, alias, fileName, upload }) => {
      if (upload) uploads.forget(upload)
      return { name, alias, reason: `imported ${fileName}` }
    }),
  }

  const nameClasses: JobHandler<NameClassesInput, ImportModelOutput, 'name-classes'> = {
    kind: 'name-classes',
    lane: 'io',
    objects: ({ input: { model, version } }, result) => ({
      read: [{ kind: 'model', id: `${model}:${version}` }],
      made: result ? [{ kind: 'model', id: `${result.model}:${result.version}` }] : [],
    }),
    ...adopting(({ model, version }) => ({
      name: model,
      alias: null,
      reason: `named the classes of version ${version}`,
    })),
  }

  const tensors: JobHandler<ListTensorsInput, ModelTensors, 'tensors'> = {
    kind: 'tensors',
    lane: 'io',
    objects: ({ input: { base } }) => ({ read: [{ kind: 'model', id: base.model }] }),
    commit: output => output,
  }

  return {
    operations,
    handlers: [importModel, nameClasses, tensors] as unknown as AnyJobHandler[],
    resolve,
    /** Newest first. */
    all: () => store.list(),
    insertVersion,
    moveAlias,
    /** Newest first. */
    aliasHistory: (model: string) => store.aliasHistory(model),
  }
}
export type ModelService = ReturnType<typeof createModels>
