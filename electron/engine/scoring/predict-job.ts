import { copyFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import { argmax } from '../../../shared/inference/decode.ts'
import type { Signature } from '../../../shared/inference/signature.ts'
import type { Table, TableColumn } from '../../../shared/inference/table.ts'
import { formatCount } from '../../../shared/lib/format.ts'
import type { RowsReadOptions } from '../../../shared/model/dataset.ts'
import type { Prediction } from '../../../shared/model/model.ts'
import type { DeviceChoice } from '../../../shared/model/run.ts'
import { createTableWriter, scanFile } from '../datasets/index.ts'
import type { JobContext, JobFunction } from '../jobs/index.ts'
import { openOnDevice } from '../runtime/index.ts'

export interface PredictInput {
  model: string
  version: number
  bundleDigest: string
  /** Absolute. */
  file: string
  /** Absolute; `.parquet`, `.csv` or `.tsv`. */
  out: string
  device: DeviceChoice
  options: RowsReadOptions
}
export type PredictOutput = Pick<Prediction, 'rows' | 'device' | 'warnings' | 'seconds'>

const batchRows = 65_536

/**
 * Scores a file batch by batch, in constant memory, into `prediction`, `anomaly` of an anomaly detector, `probability_CLASS` for each class and `bundle_digest`, one row a
 * row. The result appears whole or not at all.
 */
export const predictFile: JobFunction<PredictInput, PredictOutput> = async (input, context) => {
  const start = performance.now()
  const { signal, temporaryFolder } = context
  context.progress(null, 'opening the model')
  const bundle = join(context.folder, 'in', 'bundle')
  const { predictor, device, warnings } = await openOnDevice(bundle, input.device, context)
  const { signature } = predictor
  const written = join(context.outFolder, `predictions${extname(input.out).toLowerCase()}`)
  const writer = await createTableWriter(written, columnsOf(signature))
  let rows = 0
  try {
    for await (const table of scanFile(input.file, {
      columns: signature.columns,
      options: input.options,
      batchRows,
      temporaryFolder,
      signal,
    })) {
      const answers = await predictor.predictTable(table, signal)
      await writer.append(tableOf(signature, answers, table.rows, input.bundleDigest))
      rows += table.rows
      context.progress(null, `${formatCount(rows)} rows scored`)
    }
    await writer.close()
  } catch (error) {
    await writer.abort()
    throw error
  } finally {
    await predictor.close()
  }
  await moveFile(written, input.out, context)
  return { rows, device, warnings, seconds: (performance.now() - start) / 1000 }
}

/** Clusters have no probabilities. */
const probableClasses = ({ task, classes }: Signature) => (task === 'clusters' ? [] : classes)

function columnsOf(signature: Signature): Pick<TableColumn, 'name' | 'type'>[] {
  return [
    { name: 'prediction', type: signature.classes.length ? 'text' : 'number' },
    ...(signature.anomalyBelow === undefined ? [] : [{ name: 'anomaly', type: 'boolean' as const }]),
    ...probableClasses(signature).map(label => ({ name: `probability_${label}`, type: 'number' as const })),
    { name: 'bundle_digest', type: 'text' },
  ]
}

function tableOf(signature: Signature, answers: Float32Array, rows: number, digest: string): Table {
  const { classes, anomalyBelow } = signature
  const count = classes.length
  const numbers = (name: string, of: (row: number) => number, type: 'number' | 'boolean' = 'number'): TableColumn => ({
    ...{ name, type, kind: 'numeric' },
    values: Float64Array.from({ length: rows }, (_, row) => of(row)),
  })
  const prediction: TableColumn = count
    ? {
        ...{ name: 'prediction', type: 'text', kind: 'text', dictionary: classes },
        codes: Int32Array.from({ length: rows }, (_, row) => argmax(answers, row * count, count)),
      }
    : numbers('prediction', row => answers[row]!)
  return {
    rows,
    columns: [
      prediction,
      ...(anomalyBelow === undefined
        ? []
        : [numbers('anomaly', row => Number(answers[row]! < anomalyBelow), 'boolean')]),
      ...probableClasses(signature).map((label, k) =>
        numbers(`probability_${label}`, row => answers[row * count + k]!),
      ),
      { name: 'bundle_digest', type: 'text', kind: 'text', codes: new Int32Array(rows), dictionary: [digest] },
    ],
  }
}

/** Puts a finished file at its place in one step, also onto another file system. */
async function moveFile(from: string, to: string, { signal }: JobContext): Promise<void> {
  signal.throwIfAborted()
  try {
    await rename(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error
    const temporary = join(dirname(to), `.${basename(to)}.part`)
    try {
      await copyFile(from, temporary)
      await rename(temporary, to)
    } finally {
      await rm(temporary, { force: true })
    }
  }
}
