import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Pcg32 } from '../numerics/index.ts'
import { openDuckDb } from './duckdb.ts'
import { orderColumns, quantileLevels } from './ordered-columns.ts'

/** The same by DuckDB's own counting and ranking. */
const asked = (column: string) => {
  const finite = `CASE WHEN isfinite(${column}) THEN ${column} END`
  return `SELECT count(DISTINCT ${column})::DOUBLE AS "distinct", coalesce(count_if(isinf(${column})), 0)::DOUBLE AS infinite,
    min(${finite}) + 0 AS min, max(${finite}) + 0 AS max, quantile_cont(${finite}, [${quantileLevels.join(', ')}]) AS quantiles FROM t`
}

// The longer ones are sorted on threads.
test.each([[1], [2], [37], [5000], [300_000]])('of %i values all is as DuckDB has it, to the bit', async rows => {
  const folder = await mkdtemp(join(tmpdir(), 'lathe-order-'))
  const { connection, close } = await openDuckDb({ temporaryFolder: folder, files: [] })
  try {
    const random = new Pcg32(rows, 0)
    await connection.run('CREATE TABLE t (spread DOUBLE, coarse DOUBLE, odd DOUBLE, none DOUBLE)')
    const appender = await connection.createAppender('t')
    for (let row = 0; row < rows; row += 1) {
      appender.appendDouble((random.nextFloat() - 0.5) * 10 ** (20 * random.nextFloat()))
      if (row % 5 === 3) appender.appendNull()
      else appender.appendDouble(Math.floor(random.nextFloat() * 50 - 25) / 4 + 0)
      const strange = [
        0,
        -0,
        Number.NaN,
        -Number.NaN,
        Number.POSITIVE_INFINITY,
        Number.NEGATIVE_INFINITY,
        1e308,
        -1e308,
      ]
      appender.appendDouble(strange[Math.floor(random.nextFloat() * strange.length)]!)
      appender.appendNull()
      appender.endRow()
    }
    appender.closeSync()
    const names = ['spread', 'coarse', 'odd', 'none']
    const ordered = await orderColumns(connection, 't', names, rows, () => {})
    for (const [i, name] of names.entries()) {
      const { histogram, quantiles, ...own } = ordered[i]!
      const reader = await connection.runAndReadAll(asked(name))
      const { quantiles: expected, ...others } = reader.getRowObjectsJS()[0] as Record<string, unknown>
      expect(own).toEqual(others)
      // At 1e308 the way from one to the next is longer than a double.
      if (name !== 'odd') expect(quantiles).toEqual(expected ?? null)
      const counted = await connection.runAndReadAll(`SELECT coalesce(count_if(isfinite(${name})), 0)::DOUBLE FROM t`)
      const sum = histogram?.counts.reduce((total, count) => total + count, 0) ?? 0
      expect(sum).toBe(counted.getRowsJS()[0]![0])
      expect(histogram?.counts.length ?? 30).toBe(30)
    }
  } finally {
    close()
    await rm(folder, { recursive: true })
  }
})
