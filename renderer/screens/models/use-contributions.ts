import { useEffect, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { type Contributions, contributionsOf, outputValues } from '../../../shared/inference/contributions.ts'
import type { RawRow } from '../../../shared/inference/signature.ts'
import type { LiveModel } from '../../inference/live-model.ts'

/** Rows are shared out once they have rested so long, in milliseconds: a dragged slider is not followed. */
const restMs = 250
/** Rows that run before the window gets its turn. */
const batchRows = 256

/** What each column adds to the change from the typical row; null until it is known. */
export function useContributions(model: LiveModel, row: RawRow, typical: RawRow) {
  const [told, setTold] = useState<{ row: RawRow; value: Contributions | null; error: AppError | null } | null>(null)
  useEffect(() => {
    let isGone = false
    const answer = async (rows: RawRow[]) => {
      const answers: number[][] = []
      for (let from = 0; from < rows.length; from += batchRows) {
        await new Promise(resolve => setTimeout(resolve))
        if (isGone) throw new Error('another row is asked for')
        answers.push(...(await model.predictAll(rows.slice(from, from + batchRows))).map(outputValues))
      }
      return answers
    }
    const timer = setTimeout(() => {
      contributionsOf(row, typical, answer, Math.random).then(
        value => !isGone && setTold({ row, value, error: null }),
        failure => !isGone && setTold({ row, value: null, error: toAppError(failure) }),
      )
    }, restMs)
    return () => {
      isGone = true
      clearTimeout(timer)
    }
  }, [model, row, typical])
  return { contributions: told?.value ?? null, error: told?.error ?? null, isCurrent: told?.row === row }
}
