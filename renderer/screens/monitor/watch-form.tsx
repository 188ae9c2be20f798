import { Autocomplete, Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import { engine } from '../../client/engine.ts'
import { useEngine } from '../../client/store.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Panel } from '../../components/panel.tsx'
import { goFromHere, pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export function WatchForm() {
  const [url, setUrl] = useState('')
  const [name, setName] = useState('')
  const deployments = useEngine(state => state.deployments)
  const endpoints = useEngine(state => state.endpoints)
  // What is deployed and not watched yet is one choice away; any address may be typed.
  const watched = new Set(endpoints?.map(({ endpoint }) => endpoint))
  const unwatched = deployments?.map(({ deployment }) => deployment).filter(name => !watched.has(name)) ?? []
  const [error, setError] = useState<AppError | null>(null)
  const watch = async () => {
    setError(null)
    const goOn = goFromHere()
    try {
      const wanted = name.trim() ? { url: url.trim(), name: name.trim() } : { url: url.trim() }
      const { endpoint } = await engine.monitoring.watch(wanted)
      goOn(pathTo('monitor', endpoint))
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
        <Autocomplete size="xs" required label={texts.watchWhat} data={unwatched} value={url} onChange={setUrl} />
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
