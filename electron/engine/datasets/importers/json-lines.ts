import { textLiteral } from '../duckdb.ts'
import type { Importer } from './importer.ts'
import { openTyped } from './typed-relation.ts'

export const jsonLines: Importer = {
  id: 'jsonl',
  extensions: ['.jsonl', '.ndjson'],
  isText: true,
  prepare: async (file, options) => ({
    file,
    open: context =>
      openTyped(
        `read_json(${textLiteral(file)}, format = 'newline_delimited', sample_size = -1, maximum_object_size = 67108864)`,
        { format: 'jsonl', types: options.types ?? {} },
        context,
      ),
  }),
}
