import { z } from 'zod'
import {
  ColumnRelation,
  DatasetSummary,
  DatasetVersion,
  FilePreview,
  ReadOptions,
  RowFilter,
  RowOrder,
} from '../model/dataset.ts'
import { DatasetReference, Name } from '../model/ids.ts'
import { procedure, StartedJob } from './base.ts'

/** Absolute path on the engine's machine, or `upload:ID` as `POST /api/uploads?name=NAME` answers it. */
export const LocalFile = z.string().min(1)

export const datasets = {
  preview: procedure
    .route({ method: 'POST', path: '/datasets/preview', summary: 'How a file would be read, raw beside parsed' })
    .input(z.object({ file: LocalFile, options: ReadOptions.default({}) }))
    .output(FilePreview),
  import: procedure
    .route({ method: 'POST', path: '/datasets/import', summary: 'Import a file of this machine as a dataset version' })
    .input(
      z.object({
        file: LocalFile,
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
  relation: procedure
    .route({ method: 'GET', path: '/datasets/{dataset}/relation', summary: 'How the target goes with a column' })
    .input(z.object({ dataset: DatasetReference, column: z.string(), target: z.string() }))
    .output(ColumnRelation),
  rows: procedure
    .route({ method: 'GET', path: '/datasets/{dataset}/rows', summary: 'A page of rows' })
    .input(
      z.object({
        dataset: DatasetReference,
        offset: z.coerce.number().int().min(0).default(0),
        limit: z.coerce.number().int().min(1).max(1000).default(100),
        /** All when left out. */
        columns: z.array(z.string()).min(1).optional(),
        /** All of them must hold. */
        where: z.array(RowFilter).default([]),
        order: RowOrder.optional(),
        /** Only rows that repeat another row in every column, side by side. */
        repeated: z.coerce.boolean().default(false),
        /** Only rows that stand at these places in the file, from 0; all when empty. */
        among: z.array(z.coerce.number().int().min(0)).max(1000).default([]),
      }),
    )
    .output(
      z.object({
        columns: z.array(z.string()),
        rows: z.array(z.array(z.union([z.string(), z.number(), z.boolean(), z.null()]))),
        /** Of each row in the file, from 0. */
        places: z.array(z.number().int()),
        /** Rows that the filters let through. */
        total: z.number().int(),
      }),
    ),
}
