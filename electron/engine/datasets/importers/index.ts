import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { AppError } from '../../../../shared/errors.ts'
import { defineRegistry } from '../../../../shared/lib/define-registry.ts'
import type { ReadOptions } from '../../../../shared/model/dataset.ts'
import { csv } from './csv.ts'
import { excel } from './excel.ts'
import type { Importer } from './importer.ts'
import { jsonLines } from './json-lines.ts'
import { parquet } from './parquet.ts'

export { type OpenedSource, type PrepareContext, type SourceColumn, sqlTypes, type Workbook } from './importer.ts'
export { unknownColumn } from './text-types.ts'

/** The formats that can be imported. */
export const importers = defineRegistry<Importer>(
  [csv, excel, parquet, jsonLines],
  (id, known) =>
    new AppError('bad-input', `There is no file format "${id}"`, { mend: `Known are ${known.join(', ')}.` }),
)

/** The importer for a file: by what was said, by its first bytes, by its extension. */
export async function importerFor(file: string, format: ReadOptions['format'], fileName: string): Promise<Importer> {
  if (format) return importers.get(format)
  const head = Buffer.alloc(8)
  const handle = await open(file)
  await handle.read(head, 0, 8, 0)
  await handle.close()
  const byMagic = importers.entries.find(
    importer => importer.magic && head.toString('latin1').startsWith(importer.magic),
  )
  if (byMagic) return byMagic
  const extension = extname(fileName).toLowerCase()
  const byExtension = importers.entries.find(importer => importer.extensions.includes(extension))
  if (byExtension && !byExtension.magic) return byExtension
  if (byExtension) {
    throw new AppError('bad-file', `${fileName} is called ${extension} but does not begin as such a file does`, {
      mend: 'Name what it is with --format.',
    })
  }
  throw new AppError('bad-file', `It cannot be told from its name what ${fileName} is`, {
    mend: `Name its format with --format: ${importers.entries.map(importer => importer.id).join(', ')}.`,
  })
}
