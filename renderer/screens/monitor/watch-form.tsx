import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { go, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export function WatchForm() {
  const [url, setUrl] = useState('')
  const [name, setName] = useState('')
  const [error, setError] = useState<AppError | null>(null)
  const watch = async () => {
    setError(null)
    try {
      const wanted = name.trim() ? { url: url.trim(), name: name.trim() } : { url: url.trim() }
      const { endpoint } = await engine.monitoring.watch(wanted)
      go(pathTo('monitor', endpoint))
    } catch (failure) {
      setError(toAppError(failure))
    }
  }
  return (
    <Panel title={texts.watch}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          void watch()
        }}
      >
        <TextInput
          size="xs"
          required
          label={texts.watchWhat}
          value={url}
          onChange={event => setUrl(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={texts.watchName}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!url.trim()}>
          {texts.watch}
        </Button>
      </form>
      <ErrorNotice error={error} />
    </Panel>
  )
}
