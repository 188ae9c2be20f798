import { readFileSync } from 'node:fs'
import { AppError } from '../../shared/errors.ts'
import { AskedRow } from '../../shared/model/service-answer.ts'

/** What `--row` holds, or the file that it names by `@` (a row of 20,000 columns is longer than an argument may be). Throws `bad-input` for a text that is no JSON object of plain values. */
export function readRow(option: string): AskedRow {
  const text = option.startsWith('@') ? readText(option.slice(1)) : option
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new AppError('bad-input', `--row is not JSON: ${(error as Error).message}`, {
      mend: 'Write it as {"column": value, …}, in single quotes for the shell.',
    })
  }
  const row = AskedRow.safeParse(value)
  if (row.success) return row.data
  const issue = row.error.issues[0]
  throw new AppError('bad-input', `--row holds no row: ${[...(issue?.path ?? []), issue?.message].join(': ')}`, {
    mend: 'Write it as {"column": value, …}; a value is a number, a text, true, false or null.',
  })
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    throw new AppError('bad-input', `--row names a file that cannot be read: ${(cause as Error).message}`, { cause })
  }
}
