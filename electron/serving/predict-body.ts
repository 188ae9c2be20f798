import { AppError } from '../../shared/errors.ts'
import type { DataContract } from '../../shared/inference/bundle.ts'
import { checkRows, describeProblem } from '../../shared/inference/check-row.ts'
import type { RawRow, Signature } from '../../shared/inference/signature.ts'
import { shorten } from '../../shared/lib/shorten.ts'

/** Most rows in one request. */
export const maximumRows = 10_000

/**
 * The rows in a body of `POST /predict`: `{"inputs":[{…}, …]}`, one bare object of columns, or positional
 * `{"features":[…]}` (one row, or a list of rows) in the order of the signature. A column may itself be called
 * `inputs` or `features`: then the bare object is told by its value. Throws `bad-data` naming row, field and what was expected.
 */
export function readRows(body: unknown, signature: Signature, contract: DataContract): RawRow[] {
  const rows = rowsIn(body, signature)
  if (rows.length === 0)
    throw new AppError('bad-data', 'There is no row to predict', { mend: 'Give at least one row.' })
  if (rows.length > maximumRows) {
    throw new AppError('bad-data', `There are ${rows.length} rows; one request takes at most ${maximumRows}`)
  }
  const problems = checkRows(contract, rows)
  if (problems.length > 0) {
    throw new AppError('bad-data', problems.slice(0, 3).map(describeProblem).join('. '), { details: { problems } })
  }
  return rows as RawRow[]
}

function rowsIn(body: unknown, signature: Signature): unknown[] {
  if (body === null || typeof body !== 'object' || Array.isArray(body)) {
    throw new AppError('bad-data', 'The body is no JSON object', {
      mend: 'Send {"inputs":[{"column": value, …}]}; GET /openapi.json has an example.',
    })
  }
  const { inputs, features } = body as { inputs?: unknown; features?: unknown }
  if (Array.isArray(inputs)) return inputs
  if (Array.isArray(features)) {
    const rows = features.length > 0 && features.every(Array.isArray) ? (features as unknown[][]) : [features]
    return rows.map((values, row) => positional(values, row, signature))
  }
  return [body]
}

function positional(values: unknown[], row: number, { columns }: Signature): Record<string, unknown> {
  if (values.length !== columns.length) {
    throw new AppError(
      'bad-data',
      `Row ${row + 1}, field "features": expected ${columns.length} values (${shorten(columns.map(({ name }) => name).join(', '), 500)}), got ${values.length}`,
      {
        details: {
          problems: [{ row, field: 'features', expected: `${columns.length} values`, got: `${values.length}` }],
        },
      },
    )
  }
  return Object.fromEntries(columns.map(({ name }, i) => [name, values[i]]))
}
