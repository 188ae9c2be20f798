import type { Table } from '../../../../shared/inference/table.ts'
import { createTableWriter } from '../../datasets/index.ts'
import { partNames, type Split } from './split.ts'

/** Writes `row` (index in the dataset version, ascending) and `part`; rows in no part are left out. */
export async function writeSplit(file: string, split: Split): Promise<void> {
  const rows = Int32Array.from([...split.train, ...split.validation, ...split.test]).sort()
  const partOf = new Map(partNames.flatMap((name, code) => Array.from(split[name], row => [row, code] as const)))
  const table: Table = {
    rows: rows.length,
    columns: [
      { name: 'row', type: 'integer', kind: 'numeric', values: Float64Array.from(rows) },
      {
        ...{ name: 'part', type: 'text', kind: 'text' },
        ...{ codes: rows.map(row => partOf.get(row)!), dictionary: [...partNames] },
      },
    ],
  }
  const writer = await createTableWriter(file, table.columns)
  await writer.append(table)
  await writer.close()
}
