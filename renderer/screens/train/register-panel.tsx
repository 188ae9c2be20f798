import { Button, TextInput } from '@mantine/core'
import { useState } from 'react'
import { type AppError, toAppError } from '../../../shared/errors.ts'
import type { ModelVersion } from '../../../shared/model/model.ts'
import type { Run } from '../../../shared/model/run.ts'
import { engine } from '../../client/engine.ts'
import { ErrorNotice } from '../../components/error-notice.tsx'
import { Link } from '../../components/link.tsx'
import { Panel } from '../../components/panel.tsx'
import { pathTo } from '../../components/router.ts'
import { texts } from './texts.ts'

export function RegisterPanel({ run }: { run: Run }) {
  const [name, setName] = useState(run.dataset)
  const [alias, setAlias] = useState('')
  const [version, setVersion] = useState<ModelVersion | null>(null)
  const [error, setError] = useState<AppError | null>(null)
  const [isAsked, setIsAsked] = useState(false)
  const register = async () => {
    setIsAsked(true)
    setError(null)
    try {
      const wanted = alias.trim()
      setVersion(
        await engine.models.register({ run: run.run, name: name.trim(), ...(wanted ? { alias: wanted } : {}) }),
      )
    } catch (failure) {
      setError(toAppError(failure))
    } finally {
      setIsAsked(false)
    }
  }
  return (
    <Panel title={texts.register}>
      <form
        className="body form"
        onSubmit={event => {
          event.preventDefault()
          void register()
        }}
      >
        <TextInput
          size="xs"
          required
          label={texts.name}
          value={name}
          onChange={event => setName(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          label={texts.alias}
          value={alias}
          onChange={event => setAlias(event.currentTarget.value)}
        />
        <Button size="xs" type="submit" disabled={!name.trim()} loading={isAsked}>
          {texts.registerAction}
        </Button>
      </form>
      <ErrorNotice error={error} />
      {version && (
        <p className="notice" role="status">
          Registered as{' '}
          <Link to={pathTo('models', version.model, version.version)}>
            {version.model}:{version.version}
          </Link>
        </p>
      )}
    </Panel>
  )
}
