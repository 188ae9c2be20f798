import { expect, test } from 'vitest'
import { encodeTable } from './encode.ts'
import type { Signature } from './signature.ts'
import type { Table } from './table.ts'

test('a column that is there under a name with other signs is named, with what to do', () => {
  const slot = { name: 'body_height', type: 'number', offset: 0, scale: 1 } as const
  const signature = {
    inputs: [{ name: 'body_height', type: 'float32', columns: [slot], vector: false }],
  } as unknown as Signature
  const table: Table = {
    rows: 1,
    columns: [{ name: 'body height', type: 'number', kind: 'numeric', values: Float64Array.of(1) }],
  }
  expect(() => encodeTable(signature, table)).toThrow(
    expect.objectContaining({
      message: 'The table has no column "body_height", which the model needs; it has "body height"',
      mend: expect.stringContaining('--dataset'),
    }),
  )
})
