import { AppError } from '../../../shared/errors.ts'
import type { Golden } from '../../../shared/inference/bundle.ts'
import type { Output } from '../../../shared/inference/signature.ts'
import { openPredictor, readBundle } from '../runtime/index.ts'

/**
 * Runs the golden rows of a bundle folder here, every file held against its digest. Gives the bundle's digest and the
 * names of its files. Throws `parity-failed` when an answer differs by more than the bundle allows.
 */
export async function checkGoldenRows(folder: string): Promise<{ digest: string; files: string[] }> {
  const { digest, golden, manifest } = await readBundle(folder)
  const predictor = await openPredictor(folder)
  try {
    const outputs = await predictor.predictRows(golden.rows)
    golden.outputs.forEach((expected, row) => {
      const difference = differenceOf(expected, outputs[row]!)
      if (!(difference <= golden.tolerance)) {
        throw new AppError('parity-failed', `The model answers golden row ${row + 1} otherwise than when it was made`, {
          mend: 'Train or import the model again on this version of Lathe.',
          details: { row, difference, tolerance: golden.tolerance },
        })
      }
    })
  } finally {
    await predictor.close()
  }
  return { digest, files: [...manifest.files.map(file => file.path), 'bundle.json'] }
}

/** Largest difference of two answers: of the probabilities, else of the value relative to max(1, |value|). */
function differenceOf(expected: Golden['outputs'][number], actual: Output): number {
  if (expected.probabilities) {
    const classes = Object.entries(expected.probabilities)
    return Math.max(...classes.map(([name, p]) => Math.abs(p - (actual.probabilities?.[name] ?? Number.NaN))))
  }
  if (typeof expected.prediction === 'string') {
    return expected.prediction === actual.prediction ? 0 : Number.POSITIVE_INFINITY
  }
  return Math.abs(expected.prediction - Number(actual.prediction)) / Math.max(1, Math.abs(expected.prediction))
}
