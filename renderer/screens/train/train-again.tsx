import { type ReactNode, useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { goFromHere, pathTo } from '../../components/router.ts'
import { type Change, changedRequest } from './wanted.ts'

/** Trains a run again at once, on the same rows and with all it was asked for but the change, and leads to the new run. */
export function TrainAgain({ run, change, children }: { run: Run; change: Change; children: ReactNode }) {
  const [error, setError] = useState<AppError | null>(null)
  const [isStarting, setIsStarting] = useState(false)
  const begin = async () => {
    setIsStarting(true)
    setError(null)
    const goOn = goFromHere()
    try {
      const request = await engine.runs.request({ run: run.run, dataset: `${run.dataset}:${run.datasetVersion}` })
      const [started] = (await engine.runs.train(changedRequest(request, change))).runs
      await useEngine.getState().refresh('runs')
      goOn(pathTo('train', started!.run.run))
    } catch (failure) {
      setError(toAppError(failure))
      setIsStarting(false)
    }
  }
  return (
    <>
      <button type="button" className="link" disabled={isStarting} onClick={() => void begin()}>
        {children}
      </button>
      <ErrorNotice error={error} />
    </>
  )
}
