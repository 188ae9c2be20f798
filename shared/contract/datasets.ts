import { z } from 'zod'
import { DatasetSummary, DatasetVersion, ReadOptions } from '../model/dataset.ts'
import { DatasetReference, Name } from '../model/ids.ts'
import { procedure, StartedJob } from './base.ts'

export const datasets = {
  import: procedure
    .route({ method: 'POST', path: '/datasets/import', summary: 'Import a file of this machine as a dataset version' })
    .input(
      z.object({
        /** Absolute path on the engine's machine. */
        file: z.string().min(1),
        name: Name,
        target: z.string().optional(),
        options: ReadOptions.default({}),
      }),
    )
    .output(StartedJob),
  list: procedure
    .route({ method: 'GET', path: '/datasets', summary: 'All datasets, newest first' })
    .output(z.object({ datasets: z.array(DatasetSummary) })),
  get: procedure
    .route({ method: 'GET', path: '/datasets/{dataset}', summary: 'One dataset version with its profile' })
    .input(z.object({ dataset: DatasetReference }))
    .output(DatasetVersion),
  rows: procedure
    .route({ method: 'GET', path: '/datasets/{dataset}/rows', summary: 'A page of rows' })
    .input(
      z.object({
        dataset: DatasetReference,
        offset: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
      }),
    )
    .output(
      z.object({
        columns: z.array(z.string()),
        rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
        total: z.number().int(),
      }),
    ),
}
