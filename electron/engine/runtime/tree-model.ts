import { readFile } from 'node:fs/promises'
import { type EncodedTensor, encodeRows, encodeTable } from '../../../shared/inference/encode.ts'
import type { RawRow } from '../../../shared/inference/signature.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { readBundle } from './bundle.ts'
import { type EnsembleModel, readTrees } from './onnx/read-trees.ts'
import { feedsOf, openSession } from './session.ts'

const batchRows = 8192

interface SeenByTrees {
  matrix: Float32Array
  scores: Float32Array
}

/** A model that is a sum of trees over columns which can be told. */
export interface TreeModel extends Omit<EnsembleModel, 'bytes' | 'matrix' | 'scores'> {
  /** What the trees see of a table, row-major [rows, width], and what they add up to, [rows, outputs]. */
  encode(table: Table, signal?: AbortSignal): Promise<SeenByTrees>
  /** The same of rows as JSON carries them; a column that a row lacks is missing. */
  encodeRows(rows: readonly RawRow[]): Promise<SeenByTrees>
  close(): Promise<void>
}

/** The trees of a bundle's model; null where it is none of trees. */
export async function openTrees(folder: string): Promise<TreeModel | null> {
  const { modelPath, signature } = await readBundle(folder)
  const found = readTrees(await readFile(modelPath), signature)
  if (!found) return null
  const { bytes, matrix: matrixName, scores: scoresName, ...told } = found
  const width = told.sources.length
  const outputs = told.base.length
  const session = await openSession(bytes)
  async function run(inputs: readonly EncodedTensor[]): Promise<SeenByTrees> {
    const feeds = await feedsOf(inputs)
    // Trees of numbers only see them as they come in.
    const own = inputs.find(({ name }) => name === matrixName)
    const results = await session.run(feeds, own ? [scoresName] : [matrixName, scoresName])
    return {
      matrix: (own?.data ?? results[matrixName]!.data) as Float32Array,
      scores: results[scoresName]!.data as Float32Array,
    }
  }
  return {
    ...told,
    async encode(table, signal) {
      const matrix = new Float32Array(table.rows * width)
      const scores = new Float32Array(table.rows * outputs)
      for (let start = 0; start < table.rows; start += batchRows) {
        signal?.throwIfAborted()
        const seen = await run(encodeTable(signature, table, start, Math.min(table.rows, start + batchRows)))
        matrix.set(seen.matrix, start * width)
        scores.set(seen.scores, start * outputs)
      }
      return { matrix, scores }
    },
    encodeRows: rows => run(encodeRows(signature, rows)),
    close: () => session.release(),
  }
}
