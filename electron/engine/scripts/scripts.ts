import { stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join } from 'node:path'
import type { Contract } from '../../../shared/contract/index.ts'
import type { Operations } from '../../../shared/contract/operations.ts'
import type { ScriptRequest } from '../../../shared/contract/scripts.ts'
import { AppError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import type { ScriptRecord } from '../../../shared/model/script.ts'
import { newId } from '../base/index.ts'
import type { DatasetService } from '../datasets/index.ts'
import type { AnyJobHandler, DomainContext, JobHandler, StoredJob } from '../jobs/index.ts'
import type { AdoptedBundle } from '../registry/index.ts'
import type { RunFiles, RunService } from '../runs/index.ts'
import { checkColumns, dataSpecOf, newRun } from '../training/index.ts'
import { environmentSecret, type RunScriptInput, type RunScriptOutput } from './run-script.ts'

/** What is said of a script's run instead of an algorithm. */
const algorithm = 'script'

interface Adopted {
  bundle: AdoptedBundle | null
  files: RunFiles
}

/** Training scripts of the user's own as jobs: what they make is measured as Lathe's own models are. */
export function createScripts(
  context: DomainContext,
  {
    datasets,
    runs,
    isReachable,
  }: {
    datasets: DatasetService
    runs: RunService
    /** Whether other machines reach this engine: then it runs no program that a client names. */
    isReachable: boolean
  },
) {
  const { registry, jobs, clock } = context
  /** By the name that a job asks for it by; in memory only, and gone with the job. */
  const environments = new Map<string, string>()
  const adopted = new Map<string, Adopted>()

  const operations: Operations<Contract['scripts']> = {
    async run(request) {
      if (isReachable) {
        throw new AppError('forbidden', 'Other machines reach this engine, so it runs no program that a client names', {
          mend: 'Run the script with an engine that listens on this machine alone.',
        })
      }
      const script = await recordOf(request)
      const version = request.dataset === undefined ? null : datasets.resolve(request.dataset)
      const target = request.target ?? version?.target ?? null
      if (request.target !== undefined && !version) {
        throw new AppError('bad-input', `No dataset is named that could hold the target "${request.target}"`, {
          mend: 'Add --dataset.',
        })
      }
      const job = jobs.newJobId()
      const parquetFile = version && datasets.parquetPath(version)
      let run: Run | null = null
      let input: RunScriptInput = { script, run: null, data: null, parquetFile }
      if (version && parquetFile !== null && target !== null) {
        checkColumns(version, { ...request, target })
        const data = dataSpecOf(version, parquetFile, { ...request, target, device: 'cpu', folds: 0 })
        const parameters = {
          script: basename(script.file),
          ...(script.args.length ? { args: script.args.join(' ') } : {}),
        }
        const spec = { ...data, algorithm, parameters }
        const name = request.name ?? `${basename(script.file)} on ${version.dataset}`
        const made = newRun(spec, { run: newId('run', clock()), job, name, from: null, createdAt: clock() })
        run = { ...made, script }
        input = { script, run: run.run, data, parquetFile }
      }
      if (script.environment.length) environments.set(environmentSecret(job), JSON.stringify(request.environment))
      return registry.transaction(() => {
        if (run) runs.insert(run)
        const title = `Run ${basename(script.file)}${version ? ` on ${version.dataset}:${version.version}` : ''}`
        const subject = run ? { kind: 'run', id: run.run } : undefined
        return { run, job: jobs.submit({ kind: 'script', title, input, subject, job }) }
      })
    },
  }

  const update = (job: StoredJob<RunScriptInput>, change: Partial<Run>) => {
    const { run } = job.input
    if (run !== null) runs.update({ ...runs.get(run), ...change })
  }

  const handler: JobHandler<RunScriptInput, RunScriptOutput, 'script'> = {
    kind: 'script',
    lane: 'compute',
    objects: ({ input: { data, run } }) => ({
      read: data ? [{ kind: 'dataset', id: `${data.dataset.name}:${data.dataset.version}` }] : [],
      made: run === null ? [] : [{ kind: 'run', id: run }],
    }),
    started: job => update(job, { status: 'running', startedAt: job.startedAt }),
    points: (points, job) => {
      if (job.input.run !== null) runs.recordPoints(job.input.run, points)
    },
    records: (records, job) => update(job, { script: records.at(-1) as ScriptRecord }),
    async adopt({ learned, hasModel }, job) {
      if (!learned) return
      const split = await registry.store.adopt(join(job.outFolder, 'split.parquet'))
      const files: RunFiles = { splitSha256: split.sha256 }
      const bundle = hasModel ? await registry.bundles.adopt(join(job.outFolder, 'bundle')) : null
      if (hasModel)
        files.predictionsSha256 = (await registry.store.adopt(join(job.outFolder, 'predictions.parquet'))).sha256
      adopted.set(job.job, { bundle, files })
    },
    commit({ script, learned }, job) {
      environments.delete(environmentSecret(job.job))
      const { run } = job.input
      if (run === null || !learned) return { run: null, script }
      const taken = adopted.get(job.job)
      if (!taken) throw new Error(`The files of ${job.job} were not taken in`)
      adopted.delete(job.job)
      const { bundle, files } = taken
      if (bundle) registry.bundles.record(bundle, clock())
      const made = {
        ...learned,
        script,
        status: 'done',
        endedAt: clock(),
        bundleDigest: bundle?.digest ?? null,
      } as const
      const done: Run = { ...runs.get(run), ...made }
      runs.update(done, files)
      return { run: done, script }
    },
    ended(job, status, error) {
      environments.delete(environmentSecret(job.job))
      update(job, { status, error, endedAt: clock() })
    },
  }

  return {
    operations,
    handlers: [handler] as unknown as AnyJobHandler[],
    /** The environment of a job that waits or runs, for that job alone; null for any other name. */
    secret: (name: string): string | null => environments.get(name) ?? null,
  }
}

/** What is run, and by what. Throws `not-found` for a file or folder that is not there, `bad-input` for a file that nothing is named to run. */
async function recordOf(request: ScriptRequest): Promise<ScriptRecord> {
  const { file, python, command, args, folder = dirname(file), environment, minutes } = request
  for (const path of [file, folder]) {
    if (!isAbsolute(path)) throw new AppError('bad-input', `A path must be whole, not "${path}"`)
  }
  if (!(await stat(file).catch(() => null))?.isFile())
    throw new AppError('not-found', `There is no file ${file}`, { mend: 'Check the path.' })
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new AppError('not-found', `There is no folder ${folder}`, { mend: 'Check the path.' })
  if (python !== undefined && command !== undefined) {
    throw new AppError('bad-input', 'One program runs a script: a Python or another command, not both')
  }
  const owned = Object.keys(environment).find(name => name.startsWith('LATHE_'))
  if (owned !== undefined) {
    throw new AppError(
      'bad-input',
      `The variable ${owned} cannot be given: names that begin with LATHE_ are Lathe's own`,
    )
  }
  const usualPython = process.platform === 'win32' ? 'python' : 'python3'
  const usual = file.toLowerCase().endsWith('.py') ? usualPython : undefined
  const isPython = command === undefined && (python ?? usual) !== undefined
  return {
    ...{ file, program: command ?? python ?? usual ?? null, isPython, args, folder },
    ...{ environment: Object.keys(environment).toSorted(), minutes: minutes ?? null },
    ...{ version: null, sha256: null, commit: null, exitCode: null, usage: null, printed: null },
    ...{ reported: {}, warnings: [] },
  }
}
