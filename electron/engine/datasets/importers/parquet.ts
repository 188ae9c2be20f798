import { textLiteral } from '../duckdb.ts'
import type { Importer } from './importer.ts'
import { openTyped } from './typed-relation.ts'

export const parquet: Importer = {
  id: 'parquet',
  extensions: ['.parquet', '.pq'],
  magic: 'PAR1',
  prepare: async (file, options) => ({
    file,
    open: context =>
      openTyped(`read_parquet(${textLiteral(file)})`, { format: 'parquet', types: options.types ?? {} }, context),
  }),
}
