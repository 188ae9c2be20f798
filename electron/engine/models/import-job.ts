import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../../shared/errors.ts'
import type { DataContract, Golden, Provenance, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { ClassNames } from '../../../shared/model/model.ts'
import type { Task } from '../../../shared/model/run.ts'
import { latheVersion } from '../../../shared/version.ts'
import { sha256 } from '../base/index.ts'
import type { JobFunction } from '../jobs/index.ts'
import {
  forRows,
  openPredictor,
  type Predictor,
  readModel,
  refuseTooLarge,
  withSoftmax,
  writeBundle,
} from '../runtime/index.ts'
import { convertModel, holdConverted } from './convert-model.ts'
import { signatureOf } from './imported-signature.ts'
import { nameClasses } from './name-classes.ts'

export interface ImportModelInput {
  fileName: string
  name: string
  alias: string | null
  /** Reference of the upload that the file is, removed when it is taken in. */
  upload: string | null
  /** The interpreter that turns the fitted model into ONNX; null for an ONNX file. */
  python: string | null
  /** What its classes are called, by what it calls them itself; jobs that waited since before do not say. */
  classes?: ClassNames | null
  /** Rows like those that it learned from, and the columns in the order that it takes them. */
  like: {
    parquetFile: string
    target: string | null
    columns: string[]
    /** Of text columns the most frequent values: a model may refuse others. */
    texts: Record<string, string[]>
  } | null
}

export interface ImportModelOutput {
  task: Task | null
}

const goldenTolerance = 1e-4
/** A few rows, of the largest model too; a loop in it may never end. */
const mostSeconds = 120

/**
 * An ONNX file, put into `in/model.onnx`, as a bundle in `out/bundle`: read, tried on a few rows, its bytes unchanged but for what keeps it from
 * taking rows (`forRows`) and from answering with probabilities. A fitted model is turned into one first, and has to answer rows as it did in Python.
 */
export const importModel: JobFunction<ImportModelInput, ImportModelOutput> = async (input, context) => {
  const { fileName, like } = input
  // Jobs that waited since before know no Python.
  const converted = input.python ? await convertModel(input.python, input, context) : null
  context.progress(null, 'reading')
  const file = join(context.folder, 'in', 'model.onnx')
  await refuseTooLarge(file, fileName)
  const original = await readFile(file)
  readModel(original, fileName)
  const fitting = forRows(original)
  const summary = readModel(fitting, fileName)
  const names = summary.columns ?? like?.columns
  const signature = { ...signatureOf(summary, fileName, names), target: like?.target ?? null }
  // Nothing is known of the data that it learned from, so there are no bins to count in.
  const profile: ReferenceProfile = { formatVersion: 1, rows: 0, columns: [], predictions: [] }
  const contract = importedContract(signature)
  const provenance: Provenance = {
    ...{ formatVersion: 1, latheVersion, dataset: null, target: null, algorithm: null, parameters: {}, seed: null },
    ...{ splitColumn: null, splitBy: 'parts' as const, exclude: [], distinctRows: false, positive: null, metrics: {} },
    imported: { fileName, sha256: sha256(original), producer: summary.producer },
  }
  const folder = join(context.outFolder, 'bundle')
  const rows = tryRows(signature, like?.texts ?? {})
  const golden: Golden = { formatVersion: 1, tolerance: goldenTolerance, rows, outputs: [] }
  context.progress(null, 'trying it on a few rows')
  const tryAs = (model: Uint8Array) => context.within(1000 * mostSeconds, tooLong(fileName), () => tryIt(model))
  const tryIt = async (model: Uint8Array) => {
    const bundle = { model, signature, profile, contract, provenance }
    await writeBundle(folder, { ...bundle, golden })
    const predictor = await openPredictor(folder, { threads: 1 }).catch(thrown => {
      throw notLoaded(fileName, thrown)
    })
    try {
      if (converted) await holdConverted(predictor, converted, fileName)
      const outputs = await answersTo(golden.rows, predictor, fileName)
      // What JSON cannot hold is no answer to be held against: a logarithm of 0, say.
      const kept = [...outputs.keys()].filter(row => isFiniteAnswer(outputs[row]!))
      if (!kept.length) throw noNumbers(fileName)
      const held = { rows: kept.map(row => golden.rows[row]!), outputs: kept.map(row => outputs[row]!) }
      await writeBundle(folder, { ...bundle, golden: { ...golden, ...held } })
      return held.outputs
    } finally {
      await predictor.close()
    }
  }
  const outputs = await tryAs(fitting)
  const scores = signature.outputs.probabilities
  if (scores !== null && !converted && outputs.some(isNoDistribution)) {
    context.log(`"${scores}" gives scores that are no probabilities: a softmax was put behind it`, 'warn')
    await tryAs(withSoftmax(fitting, scores))
  }
  return input.classes ? await nameClasses(folder, folder, input.classes) : { task: signature.task }
}

function notLoaded(fileName: string, thrown: unknown): AppError {
  return new AppError('bad-file', `Cannot use ${fileName}: ${toAppError(thrown).message}`, {
    mend: 'Export it anew, where its version is the matter with an older opset: torch.onnx.export(…, opset_version=17), say.',
  })
}

function noNumbers(fileName: string): AppError {
  return new AppError('bad-file', `Cannot use ${fileName}: it answers a few made-up rows with no finite number`, {
    mend: 'It was given zeros, ones and small whole numbers: let it answer such rows too.',
  })
}

function isFiniteAnswer({ prediction, probabilities = {} }: Golden['outputs'][number]): boolean {
  return [prediction, ...Object.values(probabilities)].every(each => typeof each === 'string' || Number.isFinite(each))
}

/** Whether its numbers of classes are scores of any size, as of a network without its last softmax. */
function isNoDistribution({ probabilities = {} }: Golden['outputs'][number]): boolean {
  const numbers = Object.values(probabilities)
  const sum = numbers.reduce((total, number) => total + number, 0)
  return numbers.some(number => number < -1e-6) || Math.abs(sum - 1) > 1e-3
}

function tooLong(fileName: string): AppError {
  return new AppError('bad-file', `${fileName} gave no answer to a few made-up rows within ${mostSeconds} s`, {
    mend: 'A loop in it may never end for such rows, or it is too large for this machine.',
  })
}

/** Throws `bad-file` for a model that takes only rows of a kind that is not known here. */
async function answersTo(rows: Golden['rows'], predictor: Predictor, fileName: string): Promise<Golden['outputs']> {
  try {
    return await predictor.predictRows(rows)
  } catch (cause) {
    throw new AppError('bad-file', `${fileName} cannot be run on made-up rows: ${toAppError(cause).message}`, {
      mend: 'Give it texts that it knows by --dataset.',
    })
  }
}

/** Every column has to be in a row, and may be missing where its input has a word for that. */
export function importedContract(signature: Signature): DataContract {
  return {
    formatVersion: 1,
    columns: signature.columns.map(column => ({
      ...column,
      required: true,
      nullable: takesMissing(signature, column.name),
    })),
  }
}

/** Floats and texts have a word for what is missing; whole numbers and booleans have none. */
function takesMissing({ inputs }: Signature, name: string): boolean {
  const input = inputs.find(({ columns }) => columns.some(column => column.name === name))
  return input?.type === 'float32' || input?.type === 'float64' || input?.type === 'string'
}

/** Zeros, ones, and numbers that differ from column to column; texts that it knows, where they are told. No real row. */
function tryRows({ columns }: Signature, texts: Record<string, string[]>): Golden['rows'] {
  return [0, 1, 2].map(row =>
    Object.fromEntries(
      columns.map(({ name, type }, i) => {
        const value = row < 2 ? row : (i % 7) - 3
        const known = texts[name] ?? []
        const text = known[row % Math.max(1, known.length)] ?? `text ${value}`
        return [name, type === 'text' ? text : type === 'boolean' ? value === 1 : value]
      }),
    ),
  )
}
