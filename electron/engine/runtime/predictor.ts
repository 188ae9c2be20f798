import { AppError } from '../../../shared/errors.ts'
import type { Golden } from '../../../shared/inference/bundle.ts'
import { decodeNumbers, decodeOutputs, type OutputTensors } from '../../../shared/inference/decode.ts'
import { type EncodedTensor, encodeRows, encodeTable } from '../../../shared/inference/encode.ts'
import type { Output, RawRow, Signature } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import type { DeviceId } from '../../../shared/model/run.ts'
import type { Bundle } from './bundle.ts'
import { readBundle } from './bundle.ts'
import { readable } from './readable.ts'
import { feedsOf, openSession } from './session.ts'

/** Rows of a table that run at once: bounds memory, and how long a cancel waits. */
const batchRows = 8192

export interface PredictorOptions {
  device?: DeviceId
  /** Threads within one operator; all cores when left out. */
  threads?: number
}

export interface GoldenResult {
  agrees: boolean
  /** Largest difference seen, in the measure of the bundle's tolerance. */
  worst: number
  /** One sentence for a person. */
  message: string
}

/** A model bundle in memory, its files held against their digests. */
export interface Predictor {
  readonly bundle: Bundle
  readonly signature: Signature
  /** Answers rows of raw values. Does not hold them against the data contract beyond their types. */
  predictRows(rows: readonly RawRow[]): Promise<Output[]>
  /** Answers a table, row-major: probabilities [N, C] or values [N]. */
  predictTable(table: Table, signal?: AbortSignal): Promise<Float32Array>
  /** Runs tensors as they are and gives all outputs of the model that are tensors. */
  run(inputs: readonly EncodedTensor[]): Promise<OutputTensors>
  runGolden(): Promise<GoldenResult>
  close(): Promise<void>
}

/** Throws `digest-mismatch` for a changed file, `bad-file` for a model that onnxruntime refuses, in its words. */
export async function openPredictor(folder: string, options: PredictorOptions = {}): Promise<Predictor> {
  const bundle = await readBundle(folder)
  return predictorOf(bundle, options)
}

export async function predictorOf(bundle: Bundle, options: PredictorOptions = {}): Promise<Predictor> {
  const { signature, golden } = bundle
  const session = await openSession(bundle.modelPath, options).catch((cause: unknown) => {
    throw new AppError('bad-file', `onnxruntime cannot load the model: ${readable((cause as Error).message)}`)
  })
  const { probabilities, value } = signature.outputs
  const wanted = [probabilities ?? value].filter(name => name !== null)

  async function run(inputs: readonly EncodedTensor[], outputs?: string[]): Promise<OutputTensors> {
    const feeds = await feedsOf(inputs)
    const results = outputs ? await session.run(feeds, outputs) : await session.run(feeds)
    return results as unknown as OutputTensors
  }

  async function predictRows(rows: readonly RawRow[]): Promise<Output[]> {
    if (rows.length === 0) return []
    return decodeOutputs(signature, await run(encodeRows(signature, rows), wanted))
  }

  return {
    bundle,
    signature,
    predictRows,
    run: inputs => run(inputs),
    async predictTable(table, signal) {
      const width = probabilities !== null || signature.classes.length ? signature.classes.length : 1
      const numbers = new Float32Array(table.rows * width)
      for (let start = 0; start < table.rows; start += batchRows) {
        signal?.throwIfAborted()
        const end = Math.min(start + batchRows, table.rows)
        const tensors = await run(encodeTable(signature, table, start, end), wanted)
        numbers.set(decodeNumbers(signature, tensors), start * width)
      }
      return numbers
    },
    async runGolden() {
      const outputs = await predictRows(golden.rows)
      return compareGolden(golden, outputs)
    },
    close: () => session.release(),
  }
}

/** Holds answers to the golden rows against those of the bundle. */
export function compareGolden(golden: Golden, outputs: readonly Output[]): GoldenResult {
  let worst = 0
  let worstRow = 0
  golden.outputs.forEach((expected, row) => {
    const measured = differenceOf(expected, outputs[row])
    const difference = Number.isNaN(measured) ? Number.POSITIVE_INFINITY : measured
    if (difference > worst) {
      worst = difference
      worstRow = row
    }
  })
  const agrees = worst <= golden.tolerance && outputs.length === golden.outputs.length
  const message = agrees
    ? `All ${golden.rows.length} golden rows agree (largest difference ${worst.toPrecision(3)})`
    : `The model answers golden row ${worstRow + 1} otherwise than when it was made: it differs by ${worst.toPrecision(3)}, allowed is ${golden.tolerance}`
  return { agrees, worst, message }
}

/** Of probabilities the largest absolute difference, of a value that relative to max(1, |value|), of labels 0 or infinity. */
function differenceOf(expected: Golden['outputs'][number], actual: Output | undefined): number {
  if (!actual) return Number.POSITIVE_INFINITY
  if (expected.probabilities) {
    const differences = Object.entries(expected.probabilities).map(([label, probability]) =>
      Math.abs(probability - (actual.probabilities?.[label] ?? Number.POSITIVE_INFINITY)),
    )
    return Math.max(0, ...differences)
  }
  if (typeof expected.prediction === 'string') {
    return expected.prediction === String(actual.prediction) ? 0 : Number.POSITIVE_INFINITY
  }
  return Math.abs(expected.prediction - Number(actual.prediction)) / Math.max(1, Math.abs(expected.prediction))
}
