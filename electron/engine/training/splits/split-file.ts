import type { Table } from '../../../../shared/inference/table.ts'
import { createTableWriter } from '../../datasets/index.ts'
import { partNames, type Split } from './split.ts'

/** Writes `row` (index in the dataset version, ascending) and `part`; rows in no part are left out. */
export async function writeSplit(file: string, split: Split): Promise<void> {
  const last = Math.max(...partNames.map(name => split[name].at(-1) ?? -1))
  const partOf = new Int32Array(last + 1).fill(-1)
  partNames.forEach((name, code) => {
    for (const row of split[name]) partOf[row] = code
  })
  const rows = partOf.map((_, row) => row).filter(row => partOf[row]! >= 0)
  const table: Table = {
    rows: rows.length,
    columns: [
      { name: 'row', type: 'integer', kind: 'numeric', values: Float64Array.from(rows) },
      {
        ...{ name: 'part', type: 'text', kind: 'text' },
        ...{ codes: rows.map(row => partOf[row]!), dictionary: [...partNames] },
      },
    ],
  }
  const writer = await createTableWriter(file, table.columns)
  await writer.append(table)
  await writer.close()
}
