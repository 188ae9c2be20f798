import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import type { ScriptRecord } from '../../../shared/model/script.ts'
import { sha256File } from '../base/index.ts'
import { copyPart } from '../datasets/index.ts'
import { type JobContext, type JobFunction, runProgram } from '../jobs/index.ts'
import { findPython } from '../models/index.ts'
import { type DataSpec, type Divided, divideRows, writeSplit } from '../training/index.ts'
import { commitOf, pythonVersion } from './code-version.ts'
import { failureOf } from './failure.ts'
import { type Judged, judgeModel, testRowsOf } from './judge-model.ts'
import { convertLogged, holdLogged, notConverted } from './logged-model.ts'
import { MlflowServer, type Told } from './mlflow-server.ts'
import { followCurves, outputFiles, readColumns, readReported } from './outputs.ts'

export interface RunScriptInput {
  script: ScriptRecord
  /** Null where no dataset with a target was named. */
  run: string | null
  /** Of the run. */
  data: DataSpec | null
  /** A dataset without a target: handed over as it is. Absolute. */
  parquetFile: string | null
}

/** What becomes of the run. */
export type Learned = Judged & Pick<Run, 'task' | 'classes' | 'rows' | 'testRowsDigest' | 'warnings' | 'seconds'>
export interface RunScriptOutput {
  script: ScriptRecord
  learned: Learned | null
  /** Whether `out/` holds a bundle and predictions. */
  hasModel: boolean
}

/** The secret by which the job asks for the values of its program's environment: JSON, name → value. */
export const environmentSecret = (job: string) => `script-environment:${job}`

/**
 * Parts the dataset, runs the script on the rows that may be learned from, and measures the model that it wrote on those that it never got.
 * Throws with the script's last words where it fails, and `not-found` for a file or program that is not there.
 */
export const runScript: JobFunction<RunScriptInput, RunScriptOutput> = async (input, context) => {
  const { data, run } = input
  const { signal, temporaryFolder, folder } = context
  const environment = await environmentOf(basename(folder), input.script, context)
  const output = join(temporaryFolder, 'output')
  await mkdir(output)
  context.progress(null, 'reading the code')
  let script = await identify(input.script, signal)
  if (run !== null) context.record(script)

  const own: Record<string, string> = { LATHE_OUTPUT: output }
  let divided: Divided | null = null
  if (data) {
    context.progress(null, 'parting the rows')
    divided = await divideRows(data, signal)
    Object.assign(own, await handOver(data, divided, context))
  } else if (input.parquetFile !== null) own.LATHE_DATASET = input.parquetFile

  const warnings: string[] = []
  const curves = followCurves(output, { metric: context.metric, warnings })
  const artifacts = join(folder, 'artifacts')
  const tracking = await MlflowServer.start({ artifacts, metric: context.metric, warnings })
  let told: Told = { reported: {}, logged: {} }
  context.progress(null, 'running')
  const end = await runProgram(
    {
      ...commandOf(script),
      ...{ cwd: script.folder, limitMs: script.minutes === null ? null : script.minutes * 60_000 },
      environment: { ...trackedBy(tracking), ...environment, ...own },
      hidden: Object.values(environment),
    },
    context,
  ).finally(() => {
    curves()
    told = tracking.close()
  })
  const reported = { ...told.reported, ...(await readReported(output, warnings)) }
  if ((await sha256File(script.file).catch(() => null)) !== script.sha256)
    warnings.push('The file was changed while it ran: its SHA-256 is of before')
  script = {
    ...script,
    exitCode: end.code,
    usage: end.usage,
    printed: end.printed,
    reported,
    logged: told.logged,
    warnings,
  }
  if (run !== null) context.record(script)
  const failure = failureOf(script, end)
  if (failure) {
    throw new AppError(failure.code, failure.message, { ...failure, details: { ...failure.details, script } })
  }
  const logged = await filesIn(artifacts)
  if (logged.length) warnings.push(`Its MLflow artifacts lie in ${artifacts}`)
  const written = join(output, outputFiles.model)
  const isWritten = (await stat(written).catch(() => null))?.isFile() === true
  const modelFile = isWritten ? written : logged.findLast(file => basename(file) === outputFiles.model)
  if (!data || !divided) {
    if (modelFile !== undefined) {
      warnings.push(
        `${outputFiles.model} was not taken in: with a dataset and its target there are rows to measure it on (--dataset, --target)`,
      )
    }
    return { script, learned: null, hasModel: false }
  }
  const known = { script: basename(script.file), spec: data, divided, told: await readColumns(output) }
  const judged =
    modelFile === undefined
      ? await judgeLogged(logged, script, { ...known, parquetFile: own.LATHE_VALIDATION! }, warnings, context)
      : await judgeOrKeep(modelFile, known, warnings, context)
  if (!judged) warnings.push(`It wrote no ${outputFiles.model} into LATHE_OUTPUT, so nothing was measured by Lathe`)
  const { target, split, repeated } = divided
  const said = [...data.warnings, ...split.warnings, ...warnings]
  if (target.missing) said.push(`${target.missing} rows without a target were left out`)
  if (repeated) said.push(`${repeated} rows that repeat another were left out`)
  return {
    script,
    hasModel: judged !== null,
    learned: {
      ...(judged ?? { metrics: {}, intervals: {}, validationMetrics: {}, placement: [], device: null }),
      ...{ task: target.task, classes: target.classes, warnings: said, seconds: end.usage.seconds },
      rows: { train: split.train.length, validation: split.validation.length, test: split.test.length },
      testRowsDigest: testRowsOf(data, divided),
    },
  }
}

/** What leads MLflow's client to it, past any proxy. */
function trackedBy({ uri }: MlflowServer): Record<string, string> {
  const near = [process.env.no_proxy ?? process.env.NO_PROXY, '127.0.0.1'].filter(Boolean).join(',')
  return { MLFLOW_TRACKING_URI: uri, no_proxy: near, NO_PROXY: near }
}

/** Files beneath a folder, whole paths in their order; none where it is not there. */
async function filesIn(folder: string): Promise<string[]> {
  const all = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])
  return all
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .toSorted()
}

/** Throws `interrupted` where the values were lost with the engine that knew them. */
async function environmentOf(
  job: string,
  { environment }: ScriptRecord,
  { secret }: Pick<JobContext, 'secret'>,
): Promise<Record<string, string>> {
  if (!environment.length) return {}
  const values = await secret(environmentSecret(job))
  if (values !== null) return JSON.parse(values) as Record<string, string>
  throw new AppError('interrupted', `The values of ${environment.join(', ')} are gone: they are kept in memory only`, {
    mend: 'Start it again.',
  })
}

/** The script with the code that is about to run. */
async function identify(script: ScriptRecord, signal: AbortSignal): Promise<ScriptRecord> {
  const { file, program, isPython, folder } = script
  const sha256 = await sha256File(file, signal).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new AppError('not-found', `The file ${file} cannot be read`, { mend: 'Check the path.', cause })
  })
  const version = isPython && program !== null ? await pythonVersion(program, folder, signal) : null
  return { ...script, sha256, version, commit: await commitOf(file, signal) }
}

function commandOf({ file, program, isPython, args }: ScriptRecord) {
  if (program === null) {
    const mend = 'Make the file executable and begin it with #!, or name what runs it: --command PROGRAM.'
    return { program: file, args, mend } as const
  }
  if (isPython) return { program, args: ['-X', 'utf8', file, ...args], kind: 'Python', mend: findPython } as const
  const mend = 'Name it by its full path, or one that is found on PATH.'
  return { program, args: [file, ...args], mend } as const
}

/** Writes the rows that may be learned from, and says where they are; those of the test stay here. */
async function handOver(
  spec: DataSpec,
  { split, target }: Divided,
  { outFolder, temporaryFolder, signal }: JobContext,
) {
  const splitFile = join(outFolder, 'split.parquet')
  await writeSplit(splitFile, split)
  const { parquetFile, exclude } = spec
  const write = async (part: string) => {
    const file = join(temporaryFolder, `${part}.parquet`)
    const spill = join(temporaryFolder, 'duckdb')
    await copyPart({ parquetFile, splitFile, part, exclude }, file, { temporaryFolder: spill, signal })
    return file
  }
  return {
    LATHE_DATASET: await write('train'),
    LATHE_VALIDATION: await write('validation'),
    LATHE_TARGET: spec.target,
    LATHE_CLASSES: JSON.stringify(target.classes),
    LATHE_SEED: String(spec.seed),
  }
}

/** By the fitted estimator that it logged where it wrote no ONNX file; null where there is none, or, which is said, where it cannot be converted. */
async function judgeLogged(
  logged: string[],
  { program, isPython, file }: ScriptRecord,
  known: Omit<Parameters<typeof judgeModel>[1], 'script'> & { parquetFile: string },
  warnings: string[],
  context: JobContext,
): Promise<Judged | null> {
  if (!isPython || program === null) return null
  try {
    const target = known.spec.target
    const found = await convertLogged(logged, program, { parquetFile: known.parquetFile, target }, context)
    if (!found) return null
    const told = found.converted.columns.map(({ name }) => name)
    const judged = await judgeModel(found.file, { ...known, told, script: basename(file) }, warnings, context)
    await holdLogged(found, context)
    return judged
  } catch (thrown) {
    context.signal.throwIfAborted()
    warnings.push(notConverted(thrown))
    return null
  }
}

/** What was hours of work is not thrown away with a job that fails: the file stays beside the job's log. */
async function judgeOrKeep(
  modelFile: string,
  told: Parameters<typeof judgeModel>[1],
  warnings: string[],
  context: JobContext,
): Promise<Judged> {
  try {
    return await judgeModel(modelFile, told, warnings, context)
  } catch (thrown) {
    if (context.signal.aborted) throw thrown
    const error = toAppError(thrown)
    const kept = join(context.folder, outputFiles.model)
    await copyFile(modelFile, kept)
    throw new AppError(error.code, error.message, {
      mend: `${error.mend ?? ''} The file was kept: ${kept}`.trim(),
      details: error.details,
      cause: thrown,
    })
  }
}
