import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Table } from '../../../shared/inference/table.ts'
import type { Parameters } from '../../../shared/model/run.ts'
import { createTableWriter } from '../datasets/index.ts'
import { Checkpoint, type JobContext } from '../jobs/index.ts'
import { algorithms } from './algorithms/index.ts'
import { quietContext } from './fixtures.ts'
import { checkParameters } from './parameters.ts'
import { type TrainSpec, trainModel } from './train-model.ts'

const fileOf = (folder: string) => join(folder, 'data.parquet')
let count = 0

/** For tests: `table` as the dataset of `trainIn` the same folder. */
export async function writeData(folder: string, table: Table): Promise<void> {
  const writer = await createTableWriter(fileOf(folder), table.columns)
  await writer.append(table)
  await writer.close()
}

/** For tests: a training as its job does it, into `out`, a new folder below `folder`; seed 3. */
export async function trainIn(
  folder: string,
  {
    parameters = {},
    ...change
  }: { algorithm: string; target: string | null; parameters?: Parameters } & Partial<TrainSpec>,
) {
  const out = join(folder, `job-${count++}`)
  await mkdir(out, { recursive: true })
  const context: JobContext = {
    ...{ ...quietContext, folder: out, outFolder: out, temporaryFolder: out, checkpoint: new Checkpoint(out) },
    ...{
      record() {},
      secret: async () => null,
      unbroken: work => work(),
      within: (_milliseconds, _late, work) => work(),
    },
  }
  const spec: TrainSpec = {
    dataset: { name: 'data', version: 1, sha256: '0'.repeat(64) },
    parquetFile: fileOf(folder),
    ...{ device: 'cpu', splitColumn: null, splitBy: 'parts', folds: 0, seed: 3 },
    parameters: checkParameters(algorithms.get(change.algorithm), parameters),
    ...{ positive: null, task: null, exclude: [], distinctRows: false, recalibration: null, warnings: [], ...change },
  }
  return { trained: await trainModel(spec, context), out }
}
