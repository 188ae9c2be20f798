import { readFile } from 'node:fs/promises'
import { encodeTable } from '../../../shared/inference/encode.ts'
import type { Table } from '../../../shared/inference/table.ts'
import { readBundle } from './bundle.ts'
import { type EnsembleModel, readTrees } from './onnx/read-trees.ts'
import { type Feeds, loadOnnxRuntime, openSession } from './session.ts'

const batchRows = 8192

/** A model that is a sum of trees over columns which can be told. */
export interface TreeModel extends Omit<EnsembleModel, 'bytes' | 'matrix' | 'scores'> {
  /** What the trees see of a table, row-major [rows, width], and what they add up to, [rows, outputs]. */
  encode(table: Table, signal?: AbortSignal): Promise<{ matrix: Float32Array; scores: Float32Array }>
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
  const { Tensor } = await loadOnnxRuntime()
  const session = await openSession(bytes)
  return {
    ...told,
    async encode(table, signal) {
      const matrix = new Float32Array(table.rows * width)
      const scores = new Float32Array(table.rows * outputs)
      for (let start = 0; start < table.rows; start += batchRows) {
        signal?.throwIfAborted()
        const inputs = encodeTable(signature, table, start, Math.min(table.rows, start + batchRows))
        const feeds: Feeds = {}
        for (const { name, type, data, dims } of inputs) {
          feeds[name] =
            type === 'string' ? new Tensor('string', data as string[], dims) : new Tensor(type, data as never, dims)
        }
        const own = inputs.find(({ name }) => name === matrixName)
        const results = await session.run(feeds, own ? [scoresName] : [matrixName, scoresName])
        matrix.set((own?.data ?? results[matrixName]!.data) as Float32Array, start * width)
        scores.set(results[scoresName]!.data as Float32Array, start * outputs)
      }
      return { matrix, scores }
    },
    close: () => session.release(),
  }
}
