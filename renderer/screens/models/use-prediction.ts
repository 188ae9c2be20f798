import { useEffect, useRef, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { Output, RawRow } from '../../../shared/inference/signature.ts'
import type { LiveModel } from '../../inference/live-model.ts'

interface Answer {
  output: Output | null
  error: AppError | null
}

/** The model's answer to the latest row. Rows that came while it was busy are left out, so that a dragged slider never waits for them. */
export function usePrediction(model: LiveModel | null, row: RawRow): Answer {
  const [answer, setAnswer] = useState<Answer>({ output: null, error: null })
  const wanted = useRef<{ model: LiveModel; row: RawRow } | null>(null)
  const isBusy = useRef(false)
  useEffect(() => {
    if (!model) return
    wanted.current = { model, row }
    const work = async () => {
      isBusy.current = true
      while (wanted.current) {
        const asked: { model: LiveModel; row: RawRow } = wanted.current
        wanted.current = null
        try {
          setAnswer({ output: await asked.model.predict(asked.row), error: null })
        } catch (failure) {
          setAnswer({ output: null, error: toAppError(failure) })
        }
      }
      isBusy.current = false
    }
    if (!isBusy.current) void work()
  }, [model, row])
  return answer
}
