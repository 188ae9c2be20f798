import { AppError } from '../../shared/errors.ts'
import { AskedRow } from '../../shared/model/service-answer.ts'

/** What `--row` holds. Throws `bad-input` for a text that is no JSON object of plain values. */
export function readRow(text: string): AskedRow {
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
