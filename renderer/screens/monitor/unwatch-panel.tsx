import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { formatCount } from '../../../shared/lib/format.ts'
import type { Endpoint } from '../../../shared/model/monitoring.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { goFromHere, pathTo } from '../../components/router.ts'
import { TypedConfirmation } from '../../components/typed-confirmation.tsx'
import { moment } from './moments.ts'
import { texts } from './texts.ts'

export function UnwatchPanel({ endpoint: { endpoint, rows, createdAt } }: { endpoint: Endpoint }) {
  const [error, setError] = useState<AppError | null>(null)
  const unwatch = () => {
    const goOn = goFromHere()
    return engine.monitoring.unwatch({ endpoint }).then(
      () => {
        goOn(pathTo('monitor'), { replace: true })
        return true
      },
      failure => {
        setError(toAppError(failure))
        return false
      },
    )
  }
  return (
    <Panel title={texts.unwatch}>
      <TypedConfirmation
        name={endpoint}
        lost={texts.unwatchLost(formatCount(rows), moment(createdAt))}
        action={texts.unwatch}
        act={unwatch}
      />
      <ErrorNotice error={error} />
    </Panel>
  )
}
