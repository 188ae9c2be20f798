import { createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '../../../../shared/errors.ts'
import { formatBytes } from '../../../../shared/lib/format.ts'
import { scanBytes } from '../byte-scan.ts'
import { csv } from './csv.ts'
import { csvField } from './csv-dialect.ts'
import type { Importer } from './importer.ts'

/** A workbook is unpacked and held in memory whole; a larger one is better saved as CSV. */
const largestBytes = 50 * 1024 * 1024

type CellValue = string | number | boolean | Date | null

/** Days 0 of the two calendars that workbooks count by, and how far from one a column of times of day and durations reaches. */
const calendars = [Date.UTC(1899, 11, 30), Date.UTC(1904, 0, 1)]
const mostOfClock = 60 * 86_400_000

/**
 * Hours in the place of times of day and durations: a workbook has them as moments just after its day 0, which nobody wrote. A column is one of them as a
 * whole or not at all; to the hundredth of a second, since a cell counts in days.
 */
function withHours(rows: CellValue[][]): CellValue[][] {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const dayZero = Array.from({ length: width }, (_, k) => {
    const moments = rows.flatMap(row => (row[k] instanceof Date ? [row[k].getTime()] : []))
    return calendars.find(zero => moments.length && moments.every(at => at >= zero && at < zero + mostOfClock))
  })
  if (dayZero.every(zero => zero === undefined)) return rows
  return rows.map(row =>
    row.map((value, k) =>
      value instanceof Date && dayZero[k] !== undefined
        ? Math.round((value.getTime() - dayZero[k]) / 10) / 360_000
        : value,
    ),
  )
}

/** A cell as CSV has it; a date without a time of day is a day alone. Workbooks know no time zone, so UTC it is. */
function textOf(value: CellValue): string {
  if (value === null) return ''
  if (value instanceof Date) {
    // Days with their fraction, as a cell has them, come out just below a whole second.
    const at = value.getTime()
    const text = new Date(at % 1000 === 999 ? at + 1 : at).toISOString()
    return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text.replace('.000Z', '')
  }
  return csvField(String(value), ',')
}

/**
 * Rows of a sheet as CSV. Those that are empty are empty lines, which are no rows of a table but are counted above one; in a single column, where an empty line is a row,
 * they are there above the header only. Columns that are empty from the sheet's left edge on are left out.
 */
function* lines(rows: CellValue[][], skip: number): Generator<string> {
  const width = rows.reduce((most, row) => Math.max(most, row.length), 0)
  const left = rows.reduce((least, row) => Math.min(least, row.findIndex(value => value !== null) >>> 0), width)
  for (const [place, row] of rows.entries()) {
    if (!row.every(value => value === null))
      yield `${Array.from({ length: width - left }, (_, i) => textOf(row[left + i] ?? null)).join(',')}\n`
    else if (width - left > 1 || place < skip) yield '\n'
  }
}

/** A sheet of an Excel workbook (the first, or the one that was named), read as text that is then typed like any other. */
export const excel: Importer = {
  id: 'xlsx',
  extensions: ['.xlsx'],
  magic: 'PK\u0003\u0004',
  async prepare(file, options, context) {
    const { size } = await stat(file)
    if (size > largestBytes) {
      throw new AppError(
        'bad-file',
        `${context.fileName} is a workbook of ${formatBytes(size)}; ${formatBytes(largestBytes)} is the most`,
        {
          mend: 'Save the sheet as CSV, and import that.',
        },
      )
    }
    const { default: readWorkbook } = await import('read-excel-file/node')
    let sheets: { sheet: string; data: CellValue[][] }[]
    try {
      sheets = (await readWorkbook(file)) as { sheet: string; data: CellValue[][] }[]
    } catch (error) {
      throw new AppError('bad-file', `${context.fileName} is no Excel workbook that can be read`, {
        mend: 'Open it in a spreadsheet program and save it as .xlsx or CSV; a workbook with a password cannot be read.',
        cause: error,
      })
    }
    const names = sheets.map(({ sheet }) => sheet)
    const chosen = sheets.find(({ sheet, data }) =>
      options.sheet === undefined ? data.length > 0 : sheet === options.sheet,
    )
    if (!chosen) {
      const missing = options.sheet === undefined ? 'holds no row in any sheet' : `has no sheet "${options.sheet}"`
      throw new AppError(options.sheet === undefined ? 'bad-file' : 'bad-input', `${context.fileName} ${missing}`, {
        mend: `Its sheets are ${names.map(name => `"${name}"`).join(', ')}.`,
      })
    }
    const text = join(context.temporaryFolder, 'sheet.csv')
    const { header, missing, numberRepeated, skip, types } = options
    await pipeline(Readable.from(lines(withHours(chosen.data), skip ?? 0)), createWriteStream(text), {
      signal: context.signal,
    })
    context.onWorkbook?.({ sheets: names, sheet: chosen.sheet, text })
    const scan = await scanBytes(text, context.signal)
    const prepared = await csv.prepare(
      text,
      { header, missing, numberRepeated, skip, types, delimiter: ',', decimal: '.', encoding: 'utf-8' },
      { ...context, scan },
    )
    return {
      ...prepared,
      open: async open => {
        const opened = await prepared.open(open)
        const used = opened.options
        return {
          ...opened,
          options: {
            format: 'xlsx',
            sheet: chosen.sheet,
            header: used.header,
            missing: used.missing,
            numberRepeated: used.numberRepeated,
            skip: used.skip,
            types: used.types,
          },
        }
      },
    }
  },
}
