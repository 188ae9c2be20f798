import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { AppError, toAppError } from '../../../shared/errors.ts'
import { makeReferenceProfile, predictionBins } from '../../../shared/inference/bins.ts'
import type { Golden, Provenance, ReferenceProfile } from '../../../shared/inference/bundle.ts'
import { selectRows } from '../../../shared/inference/select-rows.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { Run } from '../../../shared/model/run.ts'
import { latheVersion } from '../../../shared/version.ts'
import { sha256 } from '../base/index.ts'
import { alignClasses, evaluate } from '../evaluation/index.ts'
import type { JobContext } from '../jobs/index.ts'
import { importedContract, signatureOf } from '../models/index.ts'
import {
  forRows,
  type ModelSummary,
  openPredictor,
  type Predictor,
  readModel,
  refuseTooLarge,
  writeBundle,
} from '../runtime/index.ts'
import {
  type DataSpec,
  type Divided,
  digestRows,
  goldenTolerance,
  learnedColumns,
  makeGoldenRows,
  pick,
  writePredictions,
} from '../training/index.ts'
import { outputFiles } from './outputs.ts'

/** What Lathe itself found out about the model of a script. */
export type Judged = Pick<Run, 'metrics' | 'intervals' | 'validationMetrics' | 'placement' | 'device'>

const file = outputFiles.model

/**
 * Reads the model that a script wrote, answers the validation and the test rows with it, measures, and writes `bundle/` and `predictions.parquet` into the
 * job's `out/`. `told` are the columns that the script says it takes. Throws `bad-file` or `unsupported`, with the mend, for a model that cannot answer these rows.
 */
export async function judgeModel(
  modelFile: string,
  { spec, divided, told, script }: { spec: DataSpec; divided: Divided; told: string[] | null; script: string },
  warnings: string[],
  { outFolder, progress, signal }: Pick<JobContext, 'outFolder' | 'progress' | 'signal'>,
): Promise<Judged> {
  const { raw, target, split } = divided
  progress(null, 'reading the model')
  await refuseTooLarge(modelFile, file)
  const original = await readFile(modelFile)
  readModel(original, file)
  const model = forRows(original)
  const summary = readModel(model, file)
  const offered = learnedColumns(raw, spec)
  const signature = labelled(
    { ...signatureOf(summary, file, namesFor(summary, told, raw, offered)), target: spec.target },
    summary,
    target.classes,
    warnings,
  )
  refuseOther(signature, raw, { ...spec, offered, isRegression: target.task === 'regression' })
  const profile = makeReferenceProfile(signature, raw, new Float32Array(), split.train)
  const provenance: Provenance = {
    ...{ formatVersion: 1, latheVersion, dataset: spec.dataset, target: spec.target, algorithm: null },
    ...{ parameters: {}, seed: spec.seed, splitColumn: spec.splitColumn, splitBy: spec.splitBy, exclude: spec.exclude },
    ...{ distinctRows: spec.distinctRows, positive: spec.positive, metrics: {} },
    imported: { fileName: script, sha256: sha256(original), producer: summary.producer },
  }
  const bundle = { model, signature, contract: importedContract(signature), provenance }
  const golden: Golden = { formatVersion: 1, tolerance: goldenTolerance, rows: [], outputs: [] }
  const folder = join(outFolder, 'bundle')
  await writeBundle(folder, { ...bundle, profile, golden })
  const predictor = await openPredictor(folder)
  try {
    progress(null, 'answering the test rows')
    const answersTo = async (rows: Int32Array, part: string) => {
      const answers = await predictor.predictTable(selectRows(raw, rows), signal).catch((cause: unknown) => {
        throw new AppError('bad-file', `${file} cannot answer the ${part} rows: ${toAppError(cause).message}`, {
          mend: 'It gets the columns of the dataset as they are: put what it makes of them into the graph.',
          cause,
        })
      })
      const bad = answers.findIndex(answer => !Number.isFinite(answer))
      if (bad < 0) return answers
      const row = rows[Math.floor(bad / (answers.length / rows.length))]! + 1
      throw new AppError('bad-file', `${file} answers row ${row} of the dataset with ${answers[bad]}`, {
        mend: 'Most likely a cell of that row is missing: impute inside the graph.',
      })
    }
    const validation = await answersTo(split.validation, 'validation')
    const test = await answersTo(split.test, 'test')
    const measure = (rows: Int32Array, answers: Float32Array) =>
      evaluate({
        ...{ task: target.task, classes: target.classes, truth: pick(target.values, rows), seed: spec.seed, signal },
        predictions: alignClasses(answers, signature.classes, target.classes),
      })
    progress(null, 'measuring')
    const { metrics: validationMetrics } = await measure(split.validation, validation)
    const { metrics, intervals } = await measure(split.test, test)
    const aligned = alignClasses(test, signature.classes, target.classes)
    await writePredictions(
      join(outFolder, 'predictions.parquet'),
      split.test,
      { ...target, truth: pick(target.values, split.test) },
      aligned,
    )
    const unlearned = Float32Array.from([...validation, ...test])
    const whole: ReferenceProfile = { ...profile, predictions: predictionBins(signature, unlearned) }
    const madeUp = await answersToMadeUp(makeGoldenRows(signature, profile), predictor)
    await writeBundle(folder, {
      ...bundle,
      ...{ profile: whole, provenance: { ...provenance, metrics }, golden: { ...golden, ...madeUp } },
    })
    // Where it was fitted only the script knows.
    return { metrics, intervals, validationMetrics, placement: [], device: null }
  } finally {
    await predictor.close()
  }
}

/** The columns of its inputs: as it says itself, else those of the dataset where they are as many, else the numbers among them. */
function namesFor(summary: ModelSummary, told: string[] | null, raw: Table, offered: string[]): string[] | undefined {
  const said = told ?? summary.columns
  if (said) return said
  // Each is called as a column is, but for signs.
  if (summary.inputs.length > 1) return offered
  const width = summary.inputs.length === 1 ? summary.inputs[0]!.shape.at(-1) : undefined
  if (width === offered.length) return offered
  const numbers = raw.columns.filter(({ name, kind }) => kind === 'numeric' && offered.includes(name))
  return width === numbers.length ? numbers.map(({ name }) => name) : undefined
}

/** A model that names no classes, or calls them 0, 1, …, answers in the order that was told it. */
function labelled(signature: Signature, summary: ModelSummary, classes: string[], warnings: string[]): Signature {
  const own = signature.classes
  if (own.length !== classes.length || own.some(label => classes.includes(label))) return signature
  if (own.some((label, place) => label !== String(place))) return signature
  if (summary.classLabels.length)
    warnings.push(
      `Its model calls the classes ${own.join(', ')}: they are taken for ${classes.join(', ')}, in this order`,
    )
  return { ...signature, classes }
}

function refuseOther(
  signature: Signature,
  raw: Table,
  asked: { target: string | null; offered: string[]; isRegression: boolean },
): void {
  const { target, offered, isRegression } = asked
  if (isRegression !== (signature.task === 'regression')) {
    const given = signature.task === 'regression' ? 'one value' : 'probabilities or labels'
    throw new AppError(
      'bad-file',
      `${file} answers a row with ${given}, and "${target}" holds ${isRegression ? 'numbers' : 'classes'}`,
      {
        mend: isRegression
          ? 'Export a float output [N] or [N, 1].'
          : 'Export a float output called "probabilities" of the shape [N, number of classes], in the order of LATHE_CLASSES.',
      },
    )
  }
  for (const { name, type } of signature.columns) {
    const column = raw.columns.find(each => each.name === name)
    if (!column || !offered.includes(name)) {
      const why =
        name === target
          ? 'which is what it is to predict'
          : column
            ? 'which it was not to see'
            : 'which the dataset lacks'
      throw new AppError('bad-file', `${file} takes the column "${name}", ${why}`, {
        mend: `Call its inputs as the columns, or write the names of the columns that it takes, in order, as a JSON list into ${outputFiles.columns}.`,
      })
    }
    if ((column.kind === 'text') === (type === 'text')) continue
    throw new AppError(
      'bad-file',
      `${file} takes "${name}" as ${type === 'text' ? 'text' : 'a number'}, and in the dataset it is ${column.type}`,
      {
        mend: `Write the names of the columns that it takes, in order, as a JSON list into ${outputFiles.columns}.`,
      },
    )
  }
}

/** Made-up rows with its answers; rows that it refuses, such as those of a text that it never saw, are left out. Throws `bad-file` when none is left. */
async function answersToMadeUp(rows: Golden['rows'], predictor: Predictor): Promise<Pick<Golden, 'rows' | 'outputs'>> {
  const kept: Pick<Golden, 'rows' | 'outputs'> = { rows: [], outputs: [] }
  for (const row of rows) {
    const [output] = await predictor.predictRows([row]).catch(() => [])
    const numbers = output?.probabilities ? Object.values(output.probabilities) : [output?.prediction]
    if (!output || numbers.some(value => typeof value === 'number' && !Number.isFinite(value))) continue
    kept.rows.push(row)
    kept.outputs.push(output)
  }
  if (kept.rows.length) return kept
  throw new AppError('bad-file', `${file} answers none of ${rows.length} made-up rows with a number`, {
    mend: 'Impute missing values inside the graph, and let its encoders ignore texts that they do not know.',
  })
}

/** Equal for the very same test rows of the same dataset version. */
export const testRowsOf = (spec: DataSpec, { split }: Divided): string => digestRows(spec.dataset.sha256, split.test)
