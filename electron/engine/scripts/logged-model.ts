import { copyFile, mkdir } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { toAppError } from '../../../shared/errors.ts'
import type { JobContext } from '../jobs/index.ts'
import { type Converted, convertModel, holdConverted } from '../models/index.ts'
import { openPredictor } from '../runtime/index.ts'

/** As MLflow's client calls a fitted estimator among the artifacts that it logs. */
const fittedNames = new Set(['model.pkl', 'model.skops'])

export interface ConvertedFile {
  /** As the client called it. */
  name: string
  file: string
  converted: Converted
}

/**
 * The last fitted estimator that a script logged, as ONNX by the script's own Python; null where there is none. Throws as `convertModel` does.
 */
export async function convertLogged(
  logged: readonly string[],
  python: string,
  { parquetFile, target }: { parquetFile: string; target: string | null },
  context: JobContext,
): Promise<ConvertedFile | null> {
  const fitted = logged.findLast(file => fittedNames.has(basename(file)))
  if (fitted === undefined) return null
  const folder = join(context.folder, 'in')
  await mkdir(folder, { recursive: true })
  await copyFile(fitted, join(folder, `fitted${extname(fitted)}`))
  const like = { parquetFile, target, columns: [], texts: {} }
  const name = basename(fitted)
  const converted = await convertModel(python, { fileName: name, like }, context)
  return { name, file: join(folder, 'model.onnx'), converted }
}

/** Throws `parity-failed` where the bundle in `out/` answers otherwise than the estimator did. */
export async function holdLogged({ name, converted }: ConvertedFile, { outFolder }: Pick<JobContext, 'outFolder'>) {
  const predictor = await openPredictor(join(outFolder, 'bundle'))
  try {
    await holdConverted(predictor, converted, name)
  } finally {
    await predictor.close()
  }
}

export function notConverted(thrown: unknown): string {
  const { message, mend } = toAppError(thrown)
  return `The fitted model that it logged was not taken in: ${message}${mend ? `. ${mend}` : ''}`
}
