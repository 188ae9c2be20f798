import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

/** Cannot be undone, so the name must be typed. */
export function UnwatchPanel({ endpoint }: { endpoint: string }) {
  const [typed, setTyped] = useState('')
  const [error, setError] = useState<AppError | null>(null)
  return (
    <Panel title={texts.unwatch}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          if (typed !== endpoint) return
          engine.monitoring.unwatch({ endpoint }).then(
            () => go(pathTo('monitor'), { replace: true }),
            failure => setError(toAppError(failure)),
          )
        }}
      >
        <TextInput
          size="xs"
          label={texts.unwatchHint}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" color="red" disabled={typed !== endpoint}>
          {texts.unwatch}
        </Button>
      </form>
      <ErrorNotice error={error} />
    </Panel>
  )
}
