import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Table } from '../../../shared/inference/table.ts'
import { createTableWriter } from '../datasets/index.ts'
import { prepareTraining } from './prepare.ts'

test('the words that a fold learns from are those of its own training rows', async () => {
  const rows = 60
  const sentences = Array.from({ length: rows }, (_, row) =>
    [`row number ${row} says`, row % 3 === 0 ? 'zebra' : ['horse', 'sheep'][row % 2]].join(' '),
  )
  const table: Table = {
    rows,
    columns: [
      {
        ...{ name: 'note', type: 'text', kind: 'text', dictionary: sentences },
        codes: Int32Array.from(sentences, (_, row) => row),
      },
      {
        ...{ name: 'value', type: 'number', kind: 'numeric' },
        values: Float64Array.from(sentences, (_, row) => row / 7),
      },
    ],
  }
  const folder = await mkdtemp(join(tmpdir(), 'lathe-prepare-'))
  try {
    const parquetFile = join(folder, 'data.parquet')
    const writer = await createTableWriter(parquetFile, table.columns)
    await writer.append(table)
    await writer.close()
    const prepared = await prepareTraining({
      ...{ dataset: { name: 'notes', version: 1, sha256: '0'.repeat(64) }, parquetFile, target: 'value' },
      ...{ device: 'cpu', splitColumn: null, splitBy: 'parts', folds: 3, seed: 1, positive: null, task: null },
      ...{ exclude: [], distinctRows: false, warnings: [], recalibration: null },
    })
    const { train, validation } = prepared.split
    const known = [...train, ...validation]
    const fold = {
      train: Int32Array.from(known.filter(row => row % 3 !== 0)),
      validation: Int32Array.from(known.filter(row => row % 3 === 0)),
    }
    expect(prepared.data.features).toContain('note: “zebra”')
    const own = prepared.dataOf(fold)
    expect(own).toMatchObject(fold)
    expect(own.features).toContain('note: “horse”')
    expect(own.features).not.toContain('note: “zebra”')
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
