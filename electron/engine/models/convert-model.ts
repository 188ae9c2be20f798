import { readFile, writeFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../../shared/errors.ts'
import type { RawRow } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { productRoot } from '../base/index.ts'
import { readTable } from '../datasets/index.ts'
import type { JobContext } from '../jobs/index.ts'
import type { Predictor } from '../runtime/index.ts'
import type { ImportModelInput } from './import-job.ts'
import { runPython } from './run-python.ts'

/** Rows that a converted model is held against, at most. */
const mostRows = 500
/** |Δ| ≤ 1e-4 · max(1, |y|): graphs count in float32. */
const tolerance = 1e-4

const Column = z.object({
  name: z.string(),
  type: z.string(),
  values: z.array(z.union([z.number(), z.string(), z.boolean(), z.null()])),
})
/** `answers.json`: what the fitted model itself said; rows of probabilities, or of one value. */
const Converted = z.object({ columns: z.array(Column), answers: z.array(z.array(z.number())), model: z.string() })
export type Converted = z.infer<typeof Converted>
const Refusal = z.object({ message: z.string(), mend: z.string().nullable() })

/**
 * Turns the fitted model in `in/fitted.SUFFIX` into `in/model.onnx` in the user's own Python: nothing is unpickled here. Throws `bad-file` for a model
 * that has no way into ONNX, naming the step.
 */
export async function convertModel(
  python: string,
  { fileName, like }: Pick<ImportModelInput, 'fileName' | 'like'>,
  context: JobContext,
): Promise<Converted> {
  const { folder, temporaryFolder } = context
  const args = [join(folder, 'in', `fitted${extname(fileName)}`), temporaryFolder]
  if (like) {
    context.progress(null, 'reading rows')
    const table = await readTable(like.parquetFile, { signal: context.signal })
    const rows = join(temporaryFolder, 'rows.json')
    await writeFile(rows, JSON.stringify({ target: like.target, columns: columnsOf(table) }))
    args.push(rows)
  }
  context.progress(null, 'converting in Python')
  const code = await runPython(python, [join(productRoot(), 'resources', 'python', 'convert.py'), ...args], context)
  const told = (name: string) => readFile(join(temporaryFolder, name), 'utf8').then(JSON.parse)
  if (code !== 0) {
    const refusal = Refusal.safeParse(await told('error.json').catch(() => null))
    const message = refusal.success ? refusal.data.message : `the Python ended with code ${code}`
    throw new AppError('bad-file', `Cannot convert ${fileName}: ${message}`, {
      mend: (refusal.success ? refusal.data.mend : null) ?? "The job's log says what it printed.",
    })
  }
  await writeFile(join(folder, 'in', 'model.onnx'), await readFile(join(temporaryFolder, 'model.onnx')))
  return Converted.parse(await told('answers.json'))
}

/** Throws `parity-failed` naming the first row that the converted model answers otherwise than the fitted one did. */
export async function holdConverted(
  predictor: Predictor,
  { columns, answers }: Converted,
  file: string,
): Promise<void> {
  const rows = answers.map((_, row): RawRow => {
    return Object.fromEntries(columns.map(({ name, values }) => [name, values[row]!]))
  })
  const given = await predictor.predictRows(rows)
  const { classes } = predictor.signature
  for (const [row, own] of given.entries()) {
    const converted = own.probabilities ? classes.map(label => own.probabilities![label]!) : [Number(own.prediction)]
    const fitted = answers[row]!
    for (let k = 0; k < fitted.length; k += 1) {
      const difference = Math.abs((converted[k] ?? Number.NaN) - fitted[k]!)
      if (difference <= tolerance * Math.max(1, Math.abs(fitted[k]!))) continue
      throw new AppError(
        'parity-failed',
        `The converted ${file} answers row ${row + 1} otherwise than the fitted model: ${converted[k]} instead of ${fitted[k]}`,
        {
          mend: 'Its conversion is not exact. Fit it on 32-bit floats, use another version of the converter, or train it with Lathe.',
        },
      )
    }
  }
}

/** Some rows, evenly spread, as JSON carries them. */
function columnsOf({ rows, columns }: Table): Converted['columns'] {
  const count = Math.min(rows, mostRows)
  const picked = Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count))
  return columns.map(column => ({
    name: column.name,
    type: column.type,
    values: picked.map(row => {
      if (column.kind === 'text') return column.codes[row]! < 0 ? null : column.dictionary[column.codes[row]!]!
      const value = column.values[row]!
      return Number.isFinite(value) ? Math.fround(value) : null
    }),
  }))
}
